import type { Block } from '#protocol/block/block.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import type { BlockProposal, Retry } from '#protocol/block/proposal.ts';
import { type ProposedBlock, protocolVersion } from '#protocol/block/proposed-block.ts';
import type { Round } from '#protocol/block/round.ts';
import type { DecisionContext, Given } from '#protocol/chain/decision.ts';
import { executeOver } from '#protocol/chain/execute-over.ts';
import { firstHead, type OpenChain, openChain } from '#protocol/chain/open-chain.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { PublicKey, Signature, Verdict } from '#protocol/crypto/signature.ts';
import type { Executed } from '#protocol/execution/execute-block.ts';
import type { Manager } from '#protocol/manager/manager.ts';
import { epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { testCommittee, testStart } from '#test/support/committee.ts';
import { pay } from '#test/support/drive.ts';
import { firstChainOwned } from '#test/support/reshaped.ts';
import { ownershipOf, type Shape } from './shapes.ts';

/** A height of a chain that is to be explored: everything that stays the same meanwhile. */
export interface Setting {
  readonly shape: Shape;
  readonly committee: Committee;
  readonly chain: OpenChain;
  readonly context: DecisionContext;
  /** The blocks that are proposed. */
  readonly values: readonly Block[];
  /** The owner who proposes them, as a faulty one may. */
  readonly proposer: PublicKey;
  /** The owners there are, each with a block that was not proposed yet. */
  readonly drafts: readonly Draft[];
  readonly given: Omit<Given, 'verdicts'>;
  /** What validators have stored beside their heads, of all of them. */
  readonly pieces: Map<Hash, Uint8Array>;
}

export interface Draft {
  readonly proposer: PublicKey;
  readonly block: Block;
}

/** Clocks stand still here: all decisions are made at this time, but those on timeouts. */
const now = timestamp(testStart + 1_000n);
/** When every deadline has passed. */
export const atLast = timestamp(testStart + 10_000_000_000n);

/** Verdicts are inputs to decisions, so signatures need not be more than bytes. */
export const signature: Signature = { scheme: 'ed25519', bytes: new Uint8Array(64).fill(7) };

export function settingOf(shape: Shape): Setting {
  const { network, owners } = testCommittee({
    reshape: firstChainOwned((named) => ownershipOf(shape, named)),
  });
  const [first, second] = owners;
  const description = first && network.describe(first.chain);
  const committee = network.committee(epoch(0));
  if (!first || !second || !description || !committee) throw new Error('a network has chains');
  const start = firstHead(first.chain, description);
  const pieces = new Map<Hash, Uint8Array>(start.unsaved);
  const chain = openChain(start, { pieces });
  if (!('view' in chain)) throw new Error('the state of a new chain is at hand');
  const executed = new Map<string, Executed>();
  const given: Setting['given'] = {
    pieces,
    rows: new Map(),
    blocks: new Map(),
    blobSizes: new Map(),
    published: new Map(),
    executed: (hash) => executed.get(hash),
  };
  const blockOf = (publicKey: PublicKey, count: number): Block => {
    const proposed: ProposedBlock = {
      version: protocolVersion,
      chain: first.chain,
      epoch: epoch(0),
      height: start.head.next,
      timestamp: timestamp(testStart + BigInt(count)),
      parent: undefined,
      signer: ownerOf(publicKey),
      transactions: [pay(second.chain, 1n)],
    };
    const done = executeOver({ network }, chain, { proposed, given: { ...given, verdicts: [] } });
    if (done.kind !== 'executed') throw new Error(`the block is ${done.kind}`);
    executed.set(done.result.block.hash, done.result);
    return done.result.block;
  };
  const proposer = first.signer.publicKey;
  const owning = shape === 'super-and-regular' ? [first, second] : [first];
  return {
    shape,
    committee,
    chain,
    context: { network, now, votes: true, tracks: () => true },
    values: [blockOf(proposer, 0), blockOf(proposer, 1)],
    proposer,
    drafts: owning.map(({ signer: { publicKey } }) => ({
      proposer: publicKey,
      block: blockOf(publicKey, 2),
    })),
    given,
    pieces,
  };
}

/** The chain as a validator has it whose manager this is. */
export function chainWith({ chain }: Setting, manager: Manager): OpenChain {
  return { ...chain, head: { ...chain.head, manager } };
}

export function givenValid({ given }: Setting, signatures: number): Given {
  const verdicts: readonly Verdict[] = new Array(signatures).fill('valid');
  return { ...given, verdicts };
}

/** The owner's proposal of a block in a round. */
export function proposalOf(
  { proposer }: Pick<Setting, 'proposer'>,
  block: Block,
  { round, retry }: { readonly round: Round; readonly retry: Retry },
): BlockProposal {
  const outcome = outcomeHash(block.header);
  return { block: block.proposed, round, outcome, retry, publicKey: proposer, signature };
}

export function fastRetryOf({ proposer }: Pick<Setting, 'proposer'>): Retry {
  return { kind: 'fast', publicKey: proposer, signature };
}
