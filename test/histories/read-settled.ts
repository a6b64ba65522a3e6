import type { Client } from '#client/client.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { readBalance } from '#protocol/execution/system-state.ts';
import { answerOf } from '#test/simulation/answer.ts';
import type { Device } from '#test/simulation/device.ts';
import { pushBlocks } from '#test/simulation/submit.ts';
import { readBlocks } from '#worker/read-chain.ts';
import { fromView, readOpen } from '#worker/read-open.ts';
import { noTip, type Seen } from './history.ts';

/** The name of the only payment of a block. */
export function nameOf({ block: { proposed } }: CertifiedBlock): string {
  const amounts = proposed.transactions.map((one) => {
    return one.kind === 'operation' && one.operation.kind === 'transfer' ? one.operation.amount : 0;
  });
  return amounts.join('+');
}

/**
 * What a chain has come to, once a quorum holds it: whoever asks a quorum later sees no less.
 * Undefined if no quorum answers.
 */
export async function readSettled(device: Device, client: Client): Promise<Seen | undefined> {
  const { chain } = device.chain;
  const synced = await client.sync(chain);
  if (!synced.ok || !synced.value.isComplete) return undefined;
  const read = fromView(({ head, view }) => ({ head, balance: readBalance(view, chainOwner) }));
  const found = await readOpen(device.ports, chain, read);
  if (!found) return undefined;
  const { head, balance } = found;
  const holders = await Promise.all(device.nodes.map((node) => holds(device, node, head.next)));
  const weight = BigInt(holders.filter((isHolder) => isHolder).length);
  if (weight < device.committee.quorum) return undefined;
  const name = head.next > 0n ? await nameAt(device, Number(head.next) - 1) : noTip;
  return name === undefined
    ? undefined
    : { kind: 'tip', next: Number(head.next), tip: name, balance };
}

/** The name of a block that the device has. */
export async function nameAt(device: Device, height: number): Promise<string | undefined> {
  const from = BigInt(height) as Parameters<typeof readBlocks>[2]['from'];
  const [certified] = await readBlocks(device.ports, device.chain.chain, { from, limit: 1 });
  return certified && nameOf(certified);
}

/** Whether a validator has all below `next`, which it is sent if it has not. */
async function holds(device: Device, node: ValidatorNode, next: bigint): Promise<boolean> {
  const { chain } = device.chain;
  for (let attempt = 0; attempt < 2; attempt++) {
    const info = await answerOf(node.info(chain, { ownership: false, pending: false }));
    if (info?.ok && info.value.next >= next) return true;
    await pushBlocks(device, node, chain);
  }
  return false;
}
