import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { noHash } from '#protocol/block/header.ts';
import type { StoredBlock } from '#protocol/block/stored-block.ts';
import { executeOver } from '#protocol/chain/execute-over.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { firstHead, type OpenChain } from '#protocol/chain/open-chain.ts';
import { notedEvery, noteHash, stateRefCodec } from '#protocol/chain/state-ref.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { type BlockHeight, blockHeight, type Timestamp } from '#protocol/primitives/numbers.ts';
import { blockFromStored, loadBlock } from './load-block.ts';
import { describeChain } from './load-start.ts';
import type { WorkerPorts } from './ports.ts';
import { readStart } from './read-open.ts';

export interface RehearsalPlan {
  /** Those that moved last come first. */
  readonly chains: readonly ChainId[];
  /** How many of the newest blocks are to be executed again, of all chains together. */
  readonly blocks: number;
  /** No other chain is begun behind this. */
  readonly until: Timestamp;
}

/** A block that does not come out as it was certified. */
export interface DifferentBlock {
  readonly chain: ChainId;
  readonly height: bigint;
  readonly expected: Hash;
  readonly found: string;
}

export interface Rehearsal {
  readonly chains: number;
  readonly blocks: number;
  /** Chains whose newest blocks stand on a state that is kept no more, and is too far to rebuild. */
  readonly skipped: number;
  readonly different: readonly DifferentBlock[];
}

/** A chain of at most so many blocks is executed from its beginning if no later state is kept. */
const fromStartMax = 5_000;
const blocksAtOnce = 32;

/**
 * Executes newest confirmed blocks again, over the states that they were made on, and compares
 * what comes out with what a quorum certified. It writes nothing and votes for nothing.
 */
export async function rehearse(ports: WorkerPorts, plan: RehearsalPlan): Promise<Rehearsal> {
  let [chains, blocks, skipped] = [0, 0, 0];
  const different: DifferentBlock[] = [];
  for (const [index, chain] of plan.chains.entries()) {
    const left = plan.blocks - blocks;
    if (left <= 0 || ports.clock.now() >= plan.until) break;
    const others = BigInt(plan.chains.length - index);
    const done = await rehearseChain(ports, chain, (BigInt(left) + others - 1n) / others);
    if (done === 'none') continue;
    if (done === 'skipped') skipped++;
    else {
      chains++;
      blocks += done.blocks;
      if (done.different) different.push(done.different);
    }
  }
  return { chains, blocks, skipped, different };
}

interface Rehearsed {
  readonly blocks: number;
  readonly different: DifferentBlock | undefined;
}

/** A head as it was, or as far as executing its next block asks, with nodes that no store has. */
interface Base {
  readonly head: ChainHead;
  readonly unsaved: Map<Hash, Uint8Array>;
}

async function rehearseChain(
  ports: WorkerPorts,
  chain: ChainId,
  newest: bigint,
): Promise<Rehearsed | 'none' | 'skipped'> {
  const { head } = await ports.chains.loadHead(chain);
  if (!head || head.next === 0n) return 'none';
  const wanted = head.next > newest ? head.next - newest : 0n;
  const noted = wanted - (wanted % notedEvery);
  const base = (await baseAt(ports, head, noted)) ?? (await firstBase(ports, head));
  if (!base) return 'skipped';
  let blocks = 0;
  let page: ReadonlyMap<BlockHeight, Uint8Array> = new Map();
  for (let at: Base = base; at.head.next < head.next; blocks++) {
    const { next } = at.head;
    if (!page.has(next)) page = await ports.chains.loadBlocks(chain, heightsFrom(next, head.next));
    const bytes = page.get(next);
    if (!bytes) return { blocks, different: missing(at.head) };
    const stored = blockFromStored(bytes);
    const found = await executed(ports, at, stored);
    if (typeof found === 'string') {
      const { height } = stored.block.header;
      const expected = stored.certificate.block;
      return { blocks: blocks + 1, different: { chain, height, expected, found } };
    }
    at = found;
  }
  return { blocks, different: undefined };
}

function heightsFrom(first: bigint, end: bigint): readonly BlockHeight[] {
  const left = end - first;
  const length = left < blocksAtOnce ? Number(left) : blocksAtOnce;
  return Array.from({ length }, (_, index) => blockHeight(first + BigInt(index)));
}

function missing({ chain, next }: ChainHead): DifferentBlock {
  return { chain, height: next, expected: noHash, found: 'no block' };
}

/** The head of a height, if it is noted how the state below it is kept. */
async function baseAt(
  ports: WorkerPorts,
  newest: ChainHead,
  height: bigint,
): Promise<Base | undefined> {
  if (height === 0n) return undefined;
  const below = await loadBlock(ports, newest.chain, blockHeight(height - 1n));
  if (!below) return undefined;
  const name = noteHash(below.block.outcome.state);
  const note = (await ports.chains.loadPieces(newest.chain, [name])).get(name);
  if (!note) return undefined;
  const state = decode(stateRefCodec, note);
  if (!state.ok) throw new StoreFault(`the note on a state of chain ${newest.chain} is damaged`);
  return { head: headAbove(newest, below, state.value), unsaved: new Map() };
}

/** How the chain began, if that is near enough. */
async function firstBase(ports: WorkerPorts, newest: ChainHead): Promise<Base | undefined> {
  if (newest.next > BigInt(fromStartMax)) return undefined;
  const description = await describeChain(ports, newest.chain);
  if (!description) return undefined;
  const { head, unsaved } = firstHead(newest.chain, description);
  return { head, unsaved: new Map(unsaved) };
}

/** A state in which no change waits, with its root node at hand, however large. */
function withRoot(root: Hash, node: Uint8Array): ChainHead['state'] {
  return { root, base: { kind: 'inline', node }, changes: [] };
}

function headAbove(
  head: ChainHead,
  { block: { hash, header } }: StoredBlock,
  state: ChainHead['state'],
): ChainHead {
  const next = blockHeight(header.height + 1n);
  return { ...head, next, tip: hash, timestamp: header.timestamp, state };
}

/** What the next block stands on if this one comes out as certified, or how it comes out. */
async function executed(
  ports: WorkerPorts,
  base: Base,
  stored: StoredBlock,
): Promise<Base | string> {
  const { proposed } = stored.block;
  const run = await readStart(ports, base, (open: OpenChain, given) => {
    const over = executeOver(ports, open, { proposed, given });
    return over.kind === 'needs' ? over : { kind: 'read' as const, value: over };
  });
  if (run.kind === 'refused') return run.rejection.kind;
  const { block, state } = run.result;
  if (block.hash !== stored.certificate.block) return block.hash;
  const unsaved = new Map([...base.unsaved, ...state.written]);
  return {
    head: headAbove(base.head, stored, withRoot(state.root, state.rootNode)),
    unsaved,
  };
}
