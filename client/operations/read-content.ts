import { type BlobId, type BlobType, blobIdOf } from '#protocol/block/blob.ts';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import { firstAnswer } from '../sync/first-answer.ts';
import { type ChunkIndex, indexFrom } from './chunks.ts';
import { contentBytesMax } from './publish.ts';

const types: readonly BlobType[] = [{ kind: 'data' }, { kind: 'chain-description' }];

/** A published blob: from here, else from any validator; it counts if it hashes to the id. */
export async function readBlob(
  { local, members, clock, background }: ClientContext,
  id: BlobId,
): Promise<Result<Uint8Array, Rejection>> {
  const here = (await local.ports.blobs.load([id])).get(id);
  if (here) return ok(here);
  const bytes = await firstAnswer({
    members,
    clock,
    background,
    ask: async (member, isWanted) => {
      const found = await member.ask((node) => node.blob(id), isWanted);
      if (!found.ok) return undefined;
      return types.some((type) => blobIdOf(type, found.value) === id) ? found.value : undefined;
    },
  });
  return bytes ? ok(bytes) : refuse('unknown-blob', id, 'a published blob');
}

/** What was published under an id, put together if it is in chunks. */
export async function readContent(
  context: ClientContext,
  id: BlobId,
): Promise<Result<Uint8Array, Rejection>> {
  const whole = await readBlob(context, id);
  const index = whole.ok ? indexFrom(whole.value) : undefined;
  return index ? await join(context, index) : whole;
}

/** How many chunks are fetched at once. */
const fetches = 4;

async function join(
  context: ClientContext,
  { size, chunks }: ChunkIndex,
): Promise<Result<Uint8Array, Rejection>> {
  if (size > contentBytesMax) {
    return refuse('blob-too-large', `${size} bytes`, `up to ${contentBytesMax}`);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let start = 0; start < chunks.length; start += fetches) {
    const ids = chunks.slice(start, start + fetches);
    for (const part of await Promise.all(ids.map((chunk) => readBlob(context, chunk)))) {
      if (!part.ok) return part;
      parts.push(part.value);
      length += part.value.length;
    }
    // The index is its publisher's word: nothing longer than it says is kept.
    if (length > size) break;
  }
  if (BigInt(length) === size) return ok(concatBytes(...parts));
  const found = `chunks of ${length} bytes or more`;
  return refuse('unreadable-content', found, `${size} bytes, as their index says`);
}
