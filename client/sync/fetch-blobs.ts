import { type BlobId, blobIdFromText, blobIdOf } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ClientContext } from '../context.ts';
import { firstAnswer } from './first-answer.ts';

/** Most blobs that one refusal may ask for. */
const blobsMax = 64;

/** The ids that a refusal lists. */
export function blobsNamedIn(found: string): readonly BlobId[] {
  return found
    .split(' ')
    .slice(0, blobsMax)
    .flatMap((text) => blobIdFromText(text) ?? []);
}

/**
 * The contents of data blobs: from here, else from any member that holds or has published them.
 * What a member gives counts if it hashes to the id.
 */
export async function fetchBlobs(
  context: ClientContext,
  chain: ChainId,
  ids: readonly BlobId[],
): Promise<ReadonlyMap<BlobId, Uint8Array>> {
  const found = new Map(await context.local.ports.blobs.load(ids));
  for (const id of ids) {
    const bytes = found.get(id) ?? (await fetchBlob(context, chain, id));
    if (bytes) found.set(id, bytes);
  }
  return found;
}

async function fetchBlob(
  { members, clock, background }: ClientContext,
  chain: ChainId,
  id: BlobId,
): Promise<Uint8Array | undefined> {
  return await firstAnswer({
    members,
    clock,
    background,
    ask: async (member, isWanted) => {
      const held = await member.ask((node) => node.heldBlob(chain, id), isWanted);
      const found = held.ok ? held : await member.ask((node) => node.blob(id), isWanted);
      return found.ok && blobIdOf({ kind: 'data' }, found.value) === id ? found.value : undefined;
    },
  });
}

/** Fetches the blobs that a block of `chain` waits for here; false if some are not to be had. */
export async function fillBlobs(
  context: ClientContext,
  chain: ChainId,
  ids: readonly BlobId[],
): Promise<boolean> {
  const found = await fetchBlobs(context, chain, ids);
  for (const [id, bytes] of found) await context.local.ports.blobs.fill(chain, { id, bytes });
  return ids.every((id) => found.has(id));
}
