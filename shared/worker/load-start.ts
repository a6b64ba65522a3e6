import type { Version } from '#ports/chain-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { blobIdOf, blobOfChain } from '#protocol/block/blob.ts';
import { type ChainDescription, chainDescriptionCodec } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { type ChainStart, firstHead } from '#protocol/chain/open-chain.ts';
import { decode } from '#protocol/encoding/codec.ts';
import type { WorkerPorts } from './ports.ts';

/** A chain as the store has it, and what a decision begins with. */
export interface LoadedStart {
  readonly version: Version;
  readonly saved: ChainHead | undefined;
  /** None for a chain that nothing published here describes. */
  readonly start: ChainStart | undefined;
}

/** The saved head, or that which the chain's published description gives. */
export async function loadStart(ports: WorkerPorts, chain: ChainId): Promise<LoadedStart> {
  const { version, head: saved } = await ports.chains.loadHead(chain);
  if (saved) return { version, saved, start: { head: saved, unsaved: new Map() } };
  const description = await describeChain(ports, chain);
  return { version, saved, start: description && firstHead(chain, description) };
}

/** A chain's description: of the genesis, or published by the block that opened the chain. */
export async function describeChain(
  { network, blobs }: Pick<WorkerPorts, 'network' | 'blobs'>,
  chain: ChainId,
): Promise<ChainDescription | undefined> {
  const root = network.describe(chain);
  if (root) return root;
  const id = blobOfChain(chain);
  const state = (await blobs.states([id])).get(id);
  if (!state) return undefined;
  const bytes = (await blobs.load([id])).get(id);
  if (!bytes) throw new StoreFault(`the description of chain ${chain} is published, but not here`);
  // Data may have the bytes of any description, and be published by whoever likes: its id differs.
  if (blobIdOf({ kind: 'chain-description' }, bytes) !== id) return undefined;
  const decoded = decode(chainDescriptionCodec, bytes);
  if (!decoded.ok) throw new StoreFault(`the description of chain ${chain} is damaged`);
  const { origin } = decoded.value;
  // Whoever publishes a description in another block would open a chain with money from nowhere.
  const isOpened =
    origin.kind === 'child' && origin.parent === state.chain && origin.height === state.height;
  return isOpened ? decoded.value : undefined;
}
