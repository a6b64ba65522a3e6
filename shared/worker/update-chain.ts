import type { Version } from '#ports/chain-store.ts';
import { StoreBusyFault, StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { refused, type Step } from '#protocol/chain/decision.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { RejectionKind } from '#protocol/chain/remedies.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { allDone } from './all-done.ts';
import { type Decide, decideInWaves } from './decide-in-waves.ts';
import { deletePassed } from './delete-passed.ts';
import { type Fetched, nothingFetched } from './fetch-needs.ts';
import { keepBlobs } from './keep-blobs.ts';
import { loadStart } from './load-start.ts';
import { memoryOf } from './memory.ts';
import { notifySaved } from './notify.ts';
import type { WorkerPorts } from './ports.ts';
import { quarantineChains } from './quarantine.ts';
import { signVote } from './sign-vote.ts';
import { rowText, writeOf } from './write-of.ts';

/** How often one request is decided anew because someone else saved the chain's head first. */
export const attemptsMax = 8;

/** What became of one decision. */
export type DecisionResult =
  | { readonly kind: 'accepted'; readonly step: Step; readonly vote: Vote | undefined }
  | { readonly kind: 'refused'; readonly rejection: Rejection<RejectionKind> };

/** Decisions, each upon the chain as those before it leave it. */
export interface Decisions {
  readonly decisions: readonly [Decide, ...Decide[]];
  /** What happens to those behind one that is refused. */
  readonly behindRefused: 'decided' | 'left';
  /** State nodes that the last of them may read; advice of whoever signed for it. */
  readonly hints?: readonly Hash[];
}

/**
 * Load, decide, save, then act. Nowhere else do these four meet. All decisions that accept are saved
 * together; a refused one changes nothing. Results are as many as were decided.
 */
export async function updateChain(
  ports: WorkerPorts,
  chain: ChainId,
  asked: Decisions,
): Promise<readonly DecisionResult[]> {
  const fetched = nothingFetched();
  const withheld = new Set<string>();
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    try {
      const results = await tryUpdate(ports, chain, { ...asked, fetched, withheld });
      if (results !== undefined) return results;
    } catch (error) {
      // Whether the write landed is unknown: what was recorded says so when we decide again.
      if (!(error instanceof StoreFault)) throw error;
      if (error instanceof StoreBusyFault) return busy(asked.decisions, 'a store at its limits');
    }
    fetched.rows.clear();
    fetched.blobSizes.clear();
    fetched.published.clear();
    memoryOf(ports).counters.conflicts++;
  }
  return busy(asked.decisions, `${attemptsMax} attempts`);
}

function busy(decisions: readonly Decide[], found: string): readonly DecisionResult[] {
  return decisions.map(() => rejected('busy', found, 'an undisturbed one'));
}

interface Attempt extends Decisions {
  readonly fetched: Fetched;
  /** Envelopes, by `rowText`, whose place another block's has taken. */
  readonly withheld: Set<string>;
}

/** One attempt; undefined if someone else was first. */
async function tryUpdate(
  ports: WorkerPorts,
  chain: ChainId,
  { decisions, behindRefused, hints = [], fetched, withheld }: Attempt,
): Promise<readonly DecisionResult[] | undefined> {
  const { version, saved, start } = await loadStart(ports, chain);
  const results: DecisionResult[] = [];
  if (!start) return decisions.map(() => unknown(chain));
  let current = start;
  for (const decide of decisions) {
    const advice = decide === decisions.at(-1) ? hints : [];
    const decision = await decideInWaves(ports, current, { decide, fetched, hints: advice });
    if (decision.kind === 'quarantine') {
      await quarantineChains(ports, [chain]);
      results.push({ kind: 'refused', rejection: decision.rejection });
    } else if (decision.kind === 'refused') {
      if (decision.slot) await ports.blobs.openSlot({ chain, ...decision.slot });
      results.push(decision);
    } else {
      const unbound = decision.vote && !(await mayVote(ports));
      results.push(
        unbound
          ? rejected('store-not-bound', 'another store', 'the store that the key signed over')
          : { kind: 'accepted', step: decision, vote: undefined },
      );
      if (decision.head && !unbound) current = { head: decision.head, unsaved: decision.nodes };
    }
    if (behindRefused === 'left' && results.at(-1)?.kind === 'refused') break;
  }
  return await saveAndSign(ports, chain, { version, saved, results, withheld });
}

function unknown(chain: ChainId): DecisionResult {
  return rejected('unknown-chain', chain, 'a chain that is described here');
}

async function mayVote({ signer }: WorkerPorts): Promise<boolean> {
  return signer === undefined || (await signer.isBound());
}

interface Unsaved {
  readonly version: Version;
  readonly saved: ChainHead | undefined;
  readonly results: readonly DecisionResult[];
  readonly withheld: Attempt['withheld'];
}

/** Signs while the decisions are being saved; the votes leave only once they are. */
async function saveAndSign(
  ports: WorkerPorts,
  chain: ChainId,
  { version, saved, results, withheld }: Unsaved,
): Promise<readonly DecisionResult[] | undefined> {
  const steps = results.flatMap((one) => (one.kind === 'accepted' ? [one.step] : []));
  const write = writeOf({ steps, saved, version, withheld, now: ports.clock.now() });
  if (write && !(await keepBlobs(ports, chain, steps))) return undefined;
  const signing = Promise.all(results.map((one) => withVote(ports, one)));
  if (write) {
    const [result, signed] = await allDone([ports.chains.save(chain, version, write), signing]);
    if (result.kind === 'conflict') return undefined;
    if (result.kind === 'row-mismatch') {
      // The recipient's inbox is at odds with itself; the sender's certified block stands.
      const recipients = result.stored.map(({ recipient }) => recipient);
      await quarantineChains(ports, recipients);
      // Only now: until their recipients are quarantined, the rows have to be met again.
      for (const row of result.stored) withheld.add(rowText(row));
      return undefined;
    }
    remember(ports, steps);
    await act(ports, chain, steps);
    await notifySaved(ports, steps, write.rows);
    return signed;
  }
  return await signing;
}

async function withVote(ports: WorkerPorts, one: DecisionResult): Promise<DecisionResult> {
  const payload = one.kind === 'accepted' ? one.step.vote : undefined;
  if (one.kind === 'refused' || !payload || !ports.signer) return one;
  return { ...one, vote: await signVote(ports, ports.signer, payload) };
}

function remember(ports: WorkerPorts, steps: readonly Step[]): void {
  const { executed, counters } = memoryOf(ports);
  for (const step of steps) {
    if (step.executed) executed.set(step.executed.block.hash, step.executed);
    if (step.vote) counters.votes++;
    if (step.block) {
      counters.blocks++;
      executed.forget(step.block.block.hash);
    }
  }
}

/** A crash before this loses nothing: what was saved says what is still to be done. */
async function act(ports: WorkerPorts, chain: ChainId, steps: readonly Step[]): Promise<void> {
  const spent = steps.flatMap(({ spentRows }) => spentRows);
  if (spent.length > 0) await ports.chains.deleteRows(chain, spent);
  const owed: { readonly chain: ChainId; readonly height: BlockHeight }[] = [];
  let made: BlockHeight | undefined;
  for (const { block, head } of steps) {
    if (!block || !head) continue;
    made = block.block.header.height;
    if (head.owedFrom !== undefined) owed.push({ chain, height: made });
  }
  if (made === undefined) return;
  await ports.blobs.closeSlots(chain, made);
  const passed = steps.flatMap(({ passedOver }) => passedOver);
  if (passed.length > 0) await deletePassed(ports, chain, passed);
  if (owed.length > 0) await ports.bus.ring(owed);
}

function rejected(kind: RejectionKind, found: string, expected: string): DecisionResult {
  return { kind: 'refused', rejection: refused(refuse(kind, found, expected).error).rejection };
}
