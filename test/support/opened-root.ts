import type { ChainId } from '#protocol/block/chain-id.ts';
import { needsPieces } from '#protocol/chain/open-chain.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { readOpen } from '#worker/read-open.ts';

/** The root that a chain's head says, and that of the state which is opened under it. */
export interface OpenedRoot {
  readonly said: Hash;
  readonly found: Hash;
}

/** Undefined for a chain that is not of the network. */
export async function openedRoot(
  ports: WorkerPorts,
  chain: ChainId,
): Promise<OpenedRoot | undefined> {
  return await readOpen<OpenedRoot>(ports, chain, ({ head, view }) => {
    const commit = view.commit();
    if (commit === undefined) return needsPieces(view.missing);
    return { kind: 'read', value: { said: head.state.root, found: commit.root } };
  });
}
