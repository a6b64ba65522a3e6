import type { OnPhase } from '#client/block/execute.ts';
import type { BlockReceipt, TransferReceipt } from '#client/transfer.ts';
import type { WalletChain } from '#client/wallet/records.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { Call } from './command.ts';
import { fail } from './failure.ts';
import { columns } from './report.ts';

/** The parts of a block's receipt that every command shows alike. */
export function receiptFields({ block, votes, timingsMs }: BlockReceipt) {
  return { block, votes, timingsMs };
}

/** The same, of a block that tells another chain something. */
export function deliveredFields(receipt: TransferReceipt) {
  const { timingsMs, isDelivered } = receipt;
  const deliver = isDelivered ? timingsMs.deliver : null;
  return { ...receiptFields(receipt), timingsMs: { ...timingsMs, deliver } };
}

export function receiptText({ block, votes }: BlockReceipt, chainName: string): string {
  const rows = [
    ['block', `${chainName} height ${block.height}`],
    ['hash', block.hash],
    ['round', block.round],
    ['votes', `${votes.weight} of ${votes.total}, quorum ${votes.quorum}`],
  ];
  return columns(rows).replace(/^/gm, '  ');
}

const done = { propose: 'proposed', certify: 'certified', deliver: 'delivered' };
const under = { propose: 'proposing', certify: 'certifying', deliver: 'delivering' };
const after: Readonly<Record<keyof typeof done, keyof typeof done | undefined>> = {
  propose: 'certify',
  certify: 'deliver',
  deliver: undefined,
};

/** Shows the phases of making a block, each with its time. */
export function showPhases({ note, progress }: Call): OnPhase {
  progress.step(under.propose);
  return (phase, ms) => {
    if (phase === 'wait') {
      progress.step('waiting for another owner, or for the round to end');
      return;
    }
    const next = after[phase];
    progress.step(next && under[next]);
    note(`${done[phase].padEnd(9)}  ${ms.toFixed(1)} ms`);
  };
}

/** The name that the wallet has for a chain, or the beginning of its id. */
export async function nameOf(wallet: Wallet, id: string): Promise<string> {
  const known = (await wallet.chains()).find((one) => one.id === id);
  return known?.name ?? id.slice(0, 12);
}

/** The chain that a command means: the one named, or the wallet's default. */
export async function chosenChain(
  wallet: Wallet,
  text: string | undefined,
): Promise<Result<{ readonly id: WalletChain['id']; readonly name: string }, Rejection>> {
  const chains = await wallet.chains();
  if (text === undefined) {
    const first = chains.find(({ isDefault }) => isDefault);
    return first ? ok(first) : fail('missing-argument', 'no chain', 'the name of a chain');
  }
  const id = await wallet.resolveChain(text);
  return id.ok ? ok({ id: id.value, name: await nameOf(wallet, id.value) }) : id;
}

/** A chain that the wallet lists. */
export async function listedChain(
  wallet: Wallet,
  text: string,
): Promise<Result<WalletChain, Rejection>> {
  const id = await wallet.resolveChain(text);
  if (!id.ok) return id;
  const listed = (await wallet.chains()).find((one) => one.id === id.value);
  return listed ? ok(listed) : refuse('unknown-name', text.slice(0, 80), 'a chain of the wallet');
}
