import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Account, AccountOwner } from '#protocol/block/owner.ts';
import { isSameOwner, ownerText } from '#protocol/block/owner.ts';
import { type Round, roundText } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { Amount, BlockHeight } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { describeChain } from '#worker/load-start.ts';
import { type AccountRef, resolveAccount } from './account-ref.ts';
import type { BlockTask, FinalBlock, OnPhase } from './block/execute.ts';
import { execute } from './block/execute.ts';
import type { Sessions } from './block/sessions.ts';
import type { ClientContext } from './context.ts';
import { gather } from './sync/ask-quorum.ts';
import { failureText } from './sync/failure.ts';
import { waitForDelivery } from './sync/wait-for-delivery.ts';

export interface TransferRequest {
  readonly from: AccountRef;
  readonly to: AccountRef;
  readonly amount: Amount;
  /** Whose key signs; otherwise the account's owner, or any owner of the chain. */
  readonly as?: AccountOwner | undefined;
  /** Many in a row: the certificate rides with the next block, and delivery is not waited for. */
  readonly pipeline?: boolean;
  readonly onPhase?: OnPhase;
}

/** A block of ours that is final. */
export interface BlockReceipt {
  readonly block: {
    readonly chain: ChainId;
    readonly height: BlockHeight;
    readonly hash: Hash;
    /** `fast` or `multi-leader:N`. */
    readonly round: string;
  };
  readonly votes: { readonly weight: bigint; readonly quorum: bigint; readonly total: bigint };
  readonly timingsMs: { readonly propose: number; readonly certify: number };
}

export interface TransferReceipt extends Omit<BlockReceipt, 'timingsMs'> {
  readonly timingsMs: BlockReceipt['timingsMs'] & { readonly deliver: number };
  /** Whether a quorum was seen to hold the envelope; if not, it is on its way. */
  readonly isDelivered: boolean;
}

/** Moves tokens; refuses what cannot succeed before anything is proposed. */
export async function transfer(
  context: ClientContext,
  sessions: Sessions,
  { from, to, amount, as, pipeline = false, onPhase }: TransferRequest,
): Promise<Result<TransferReceipt, Rejection>> {
  const source = await resolveAccount(context.wallet, from);
  if (!source.ok) return source;
  const target = await resolveAccount(context.wallet, to);
  if (!target.ok) return target;
  const checked = await checkTransfer(context, { from: source.value, to: target.value, amount });
  if (!checked.ok) return checked;
  const transaction: Transaction = {
    kind: 'operation',
    operation: { kind: 'transfer', from: source.value.owner, to: target.value, amount },
  };
  const { chain } = source.value;
  const compose = () => Promise.resolve(ok([transaction]));
  const signer = as ?? ownSigner(source.value.owner);
  const task = { chain, as: signer, compose, pipeline, onPhase };
  const done = await execute(context, sessions, task);
  return done.ok ? ok(await delivered(context, done.value, task)) : done;
}

/** Who must sign to spend from an account: its owner, where any owner of the chain does not. */
export function ownSigner(owner: AccountOwner): AccountOwner | undefined {
  return owner.kind === 'chain' ? undefined : owner;
}

/** The receipt of a block that may tell other chains something, once a quorum holds that. */
export async function delivered(
  context: ClientContext,
  final: FinalBlock,
  { pipeline, onPhase }: Pick<BlockTask, 'pipeline' | 'onPhase'>,
): Promise<TransferReceipt> {
  const { block } = final.certified;
  const start = context.clock.now();
  const isLocal = block.outcome.messages.length === 0;
  const isDelivered = isLocal || (!pipeline && (await waitForDelivery(context, block)));
  const deliver = Number(context.clock.now() - start) / 1_000;
  onPhase?.('deliver', deliver);
  const receipt = receiptOf(context, final);
  return { ...receipt, timingsMs: { ...receipt.timingsMs, deliver }, isDelivered };
}

interface Checked {
  readonly from: Account;
  readonly to: Account;
  readonly amount: Amount;
}

async function checkTransfer(
  context: ClientContext,
  { from, to, amount }: Checked,
): Promise<Result<undefined, Rejection>> {
  if (amount === 0n) return refuse('zero-amount', '0', 'more than 0');
  if (from.chain === to.chain && isSameOwner(from.owner, to.owner)) {
    return refuse('transfer-to-self', `${ownerText(to.owner)}@${to.chain}`, 'another account');
  }
  return await checkRecipient(context, to.chain);
}

/** Money sent to a chain that does not exist would come back late, or never. */
export async function checkRecipient(
  { local, members, committee, clock, background }: ClientContext,
  chain: ChainId,
): Promise<Result<undefined, Rejection>> {
  if (await describeChain(local.ports, chain)) return ok(undefined);
  const flags = { ownership: false, pending: false };
  const found = await gather({
    members,
    quorum: committee.quorum,
    clock,
    background,
    ask: async (member, isWanted) => {
      const info = await member.ask((node) => node.info(chain, flags), isWanted);
      return info.ok || info.error.kind === 'unknown-chain' ? ok(info.ok) : info;
    },
  });
  if (found.weight < committee.quorum) {
    const names = found.failures.map(failureText).join(', ');
    return refuse('no-quorum', names, `${committee.quorum} of ${committee.totalVotes} votes`);
  }
  const known = found.answers
    .filter(({ value }) => value)
    .reduce((sum, { member }) => sum + member.weight, 0n);
  if (known >= committee.validity) return ok(undefined);
  return refuse('unknown-recipient', chain, 'a chain of the network');
}

export function receiptOf(
  { committee }: ClientContext,
  { certified: { block, certificate }, timingsMs }: FinalBlock,
): BlockReceipt {
  const { chain, height } = block.header;
  const round: Round = certificate.round;
  const weight = certificate.signatures.reduce(
    (sum, { seat }) => sum + (committee.seats[seat]?.weight ?? 0n),
    0n,
  );
  return {
    block: { chain, height, hash: block.hash, round: roundText(round) },
    votes: { weight, quorum: committee.quorum, total: committee.totalVotes },
    timingsMs,
  };
}
