import type { Signer } from '#ports/signer.ts';
import type { Block } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type AccountOwner, isSameOwner, ownerOf } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { blockProposalCodec } from '#protocol/block/proposal.ts';
import {
  type ProposedBlock,
  proposedBlockHash,
  protocolVersion,
} from '#protocol/block/proposed-block.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { encode } from '#protocol/encoding/codec.ts';
import {
  type BlockHeight,
  blockHeight,
  type Epoch,
  type Timestamp,
  timestamp,
} from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readInfo } from '#worker/read-chain.ts';
import type { ClientContext } from '../context.ts';
import type { FastRecord } from '../wallet/records.ts';
import type { Proposed } from './certify.ts';
import { chooseSigner } from './choose-signer.ts';
import { mayPropose, type Place } from './may-propose.ts';
import { signProposal } from './sign-proposal.ts';
import { stage } from './stage.ts';

/** A signed proposal, and the key that goes on with it. */
export interface Prepared {
  readonly own: Proposed;
  readonly signer: Signer;
  /** Whether its round is open to the key, as far as is known here. */
  readonly isOpen: boolean;
}

export interface Draft {
  readonly chain: ChainId;
  /** Whose key signs; if none is named, one that may propose. */
  readonly as?: AccountOwner | undefined;
  /** What the block is to do, on top of the newest one; `attempt` executes it, and saves nothing. */
  compose(
    head: ChainHead,
    attempt: (transactions: readonly Transaction[]) => Promise<Result<Block, Rejection>>,
  ): Promise<Result<readonly Transaction[], Rejection>>;
}

/** How often newer blocks may overtake a draft. */
const attemptsMax = 4;

/** Executes a draft here, signs it for the round that its height is in, and saves it. */
export async function prepare(
  context: ClientContext,
  draft: Draft,
): Promise<Result<Prepared, Rejection>> {
  let prepared = await prepareOnTip(context, draft);
  // What is pulled in the background may become the tip at any time.
  for (let attempt = 1; isOvertaken(prepared) && attempt < attemptsMax; attempt++) {
    prepared = await prepareOnTip(context, draft);
  }
  return prepared;
}

function isOvertaken(prepared: Result<Prepared, Rejection>): boolean {
  return !prepared.ok && prepared.error.kind === 'height-passed';
}

async function prepareOnTip(
  context: ClientContext,
  { chain, as, compose }: Draft,
): Promise<Result<Prepared, Rejection>> {
  const { local, network, wallet } = context;
  const head = await local.head(chain);
  const here = head && (await standing(context, chain, head.next));
  if (!here) return refuse('unknown-chain', chain, 'a chain of the network');
  const { place, current, epoch } = here;
  const signer = await chooseSigner(wallet, place, { round: current, as });
  if (!signer.ok) return signer;
  const owner = ownerOf(signer.value.publicKey);
  let tried: readonly Transaction[] | undefined;
  let staged: Result<Block, Rejection>;
  const attempt = async (transactions: readonly Transaction[]) => {
    if (transactions === tried) return staged;
    const proposed: ProposedBlock = {
      version: protocolVersion,
      chain,
      epoch,
      height: head.next,
      timestamp: blockTime(context, head, transactions),
      parent: head.tip,
      signer: owner,
      transactions,
    };
    tried = transactions;
    staged = await stage(context, proposed);
    return staged;
  };
  const transactions = await compose(head, attempt);
  if (!transactions.ok) return transactions;
  const executed = await attempt(transactions.value);
  if (!executed.ok) return executed;
  const block = executed.value;
  const isFast = current.kind === 'fast' && (await mayUseFast(context, place, block));
  const round = isFast ? fastRound : roundFrom(current, place.ownership);
  const retry = { kind: 'none' } as const;
  const proposal = await signProposal(network.id, signer.value, { block, round, retry });
  const most = network.genesis.policy.limits.proposalBytes;
  const size = encode(blockProposalCodec, proposal).length;
  if (size > most) return refuse('proposal-too-large', `${size} bytes`, `up to ${most}`);
  const own = { proposal, block };
  await savePending(context, own);
  return ok({ own, signer: signer.value, isOpen: mayPropose(place, owner, { current, round }) });
}

export async function savePending(
  { wallet }: ClientContext,
  { proposal, block }: Proposed,
): Promise<void> {
  const { outcome } = block;
  await wallet.savePending(block.header.chain, { proposal, outcome });
}

/** What is known here of a height that is to be proposed for. */
export interface Standing {
  readonly place: Place;
  readonly current: Round;
  readonly epoch: Epoch;
}

export async function standing(
  { local, committee }: ClientContext,
  chain: ChainId,
  height: BlockHeight,
): Promise<Standing | undefined> {
  const info = await readInfo(local.ports, chain, { ownership: true, pending: false });
  if (!info.ok || !info.value.ownership) return undefined;
  const { ownership, round: current, epoch } = info.value;
  return { place: { ownership, committee, chain, height }, current, epoch };
}

/** The first round, from the present one on, in which others than a sole device may propose. */
function roundFrom(current: Round, { multiLeaderRounds }: Ownership): Round {
  if (current.kind !== 'fast') return current;
  return multiLeaderRounds > 0 ? multiLeader(0) : { kind: 'single-leader', number: 0 };
}

/** Not before our clock, the block before, and every bundle. */
function blockTime(
  { clock }: ClientContext,
  head: ChainHead,
  transactions: readonly Transaction[],
): Timestamp {
  let time: bigint = clock.now();
  if (head.timestamp > time) time = head.timestamp;
  for (const one of transactions) {
    if (one.kind === 'receive' && one.bundle.timestamp > time) time = one.bundle.timestamp;
  }
  return timestamp(time);
}

function isSoleSuperOwner(superOwners: readonly AccountOwner[], owner: AccountOwner): boolean {
  const [first, ...others] = superOwners;
  return first !== undefined && others.length === 0 && isSameOwner(first, owner);
}

/**
 * Two fast proposals at one height could wedge it for ever, so this device's own record must
 * cover every one that it signed, and hold no other. What an oracle answered may be answered
 * otherwise to a validator, so it is not for fast rounds either.
 */
async function mayUseFast(
  context: ClientContext,
  { ownership }: Place,
  { proposed, outcome }: Block,
): Promise<boolean> {
  const { wallet } = context;
  const { signer } = proposed;
  if (!signer || !isSoleSuperOwner(ownership.superOwners, signer)) return false;
  if (outcome.oracleResponses.length > 0) return false;
  const fast = (await wallet.record(proposed.chain))?.fast;
  if (!fast || proposed.height < fast.from) return false;
  const { signed } = fast;
  if (!signed || signed.height < proposed.height) {
    return !(await isFastElsewhere(context, proposed, fast));
  }
  return signed.height === proposed.height && signed.block === proposedBlockHash(proposed);
}

/** Whether another device uses fast rounds of the chain, as the newest block shows: this one stops. */
async function isFastElsewhere(
  { wallet, local }: ClientContext,
  { chain, height }: ProposedBlock,
  { from, signed }: FastRecord,
): Promise<boolean> {
  if (height <= from || signed?.height === height - 1n) return false;
  const newest = await local.block(chain, blockHeight(height - 1n));
  if (newest?.certificate.round.kind !== 'fast') return false;
  await wallet.setFast(chain, undefined);
  return true;
}
