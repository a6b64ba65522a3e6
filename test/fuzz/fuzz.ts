import { getHeapStatistics } from 'node:v8';
import { randomFrom } from '../simulation/random.ts';
import { type AnyTarget, type Judged, NonCanonical } from './target.ts';

const slowMs = 1_000;
const poolMax = 400;
/** More of one target are not told. */
const findingsMax = 5;
/** A first state that inputs change is made anew after so many. */
const resetEvery = 400;

export type FindingKind = 'crash' | 'hang' | 'nonCanonical' | 'oversized';

/** An input that shows something wrong. */
export interface Finding {
  readonly kind: FindingKind;
  readonly target: string;
  readonly what: string;
  readonly input: string;
}

export interface TargetReport {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly features: number;
  readonly slowestMs: number;
  readonly findings: readonly Finding[];
}

export interface FuzzOptions {
  readonly seed: number;
  /** Of a decoder; others get their share of it. */
  readonly inputs: number;
  /** Hears now and then that inputs are still being judged. */
  alive?(): void;
}

/** Judges so many inputs, first the seeds and then what is made of those that reached something. */
export async function fuzzTarget(
  target: AnyTarget,
  { seed, inputs: asked, alive = () => undefined }: FuzzOptions,
): Promise<TargetReport> {
  const random = randomFrom(seed);
  const pool = [...target.seeds];
  const features = new Set<string>();
  const findings: Finding[] = [];
  const inputs = Math.max(Math.ceil(asked * (target.share ?? 1)), pool.length);
  let [accepted, slowestMs] = [0, 0];
  for (let index = 0; index < inputs; index++) {
    if (index % resetEvery === 0) await target.reset?.();
    if (index % resetEvery === 0) alive();
    const input =
      target.seeds[index] ?? target.mutate(random, random.chance(0.5) ? target.seeds : pool);
    const { judged, finding, ms, isSync } = await judgeInput(target, input);
    if (ms > slowestMs) slowestMs = ms;
    if (finding && !findings.some(({ what }) => what === finding.what)) findings.push(finding);
    if (findings.length >= findingsMax) break;
    if (!judged) continue;
    if (judged.kind === 'accepted') accepted++;
    const feature = `${judged.kind} ${judged.feature}`;
    if (features.has(feature)) continue;
    features.add(feature);
    const oversized = isSync ? findOversized(target, input) : undefined;
    if (oversized) findings.push(oversized);
    if (pool.length < poolMax) pool.push(input);
    else pool[random.below(poolMax)] = input;
  }
  await target.close?.();
  return { target: target.name, inputs, accepted, features: features.size, slowestMs, findings };
}

/** What judging an input may take of memory, beside so much for each byte of it. */
const freeBytes = 2_000_000;
const bytesPerByte = 500;

/** Whether an input takes more memory than one of its length may; asked of those that reach more. */
function findOversized(target: AnyTarget, input: unknown): Finding | undefined {
  let taken = 0;
  // Rubbish of others may be cleared away in between.
  for (let tries = 0; tries < 3; tries++) {
    const before = usedBytes();
    void target.judge(input);
    taken = Math.max(taken, usedBytes() - before);
  }
  const shown = target.show(input);
  if (taken <= freeBytes + bytesPerByte * shown.length) return undefined;
  return { kind: 'oversized', target: target.name, what: `takes ${taken} bytes`, input: shown };
}

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

interface Tried {
  readonly judged: Judged | undefined;
  readonly finding: Finding | undefined;
  readonly ms: number;
  /** Nothing else ran meanwhile. */
  readonly isSync: boolean;
}

async function judgeInput(target: AnyTarget, input: unknown): Promise<Tried> {
  const start = performance.now();
  const told = (kind: FindingKind, what: string): Finding => {
    const shown = target.show(input);
    return { kind, target: target.name, what, input: shown };
  };
  try {
    const pending = target.judge(input);
    const judged = pending instanceof Promise ? await pending : pending;
    const ms = performance.now() - start;
    const finding =
      ms > slowMs && (await isSlow(target, input)) ? told('hang', 'over 1 s') : undefined;
    return { judged, finding, ms, isSync: judged === pending };
  } catch (error) {
    const kind = error instanceof NonCanonical ? 'nonCanonical' : 'crash';
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const ms = performance.now() - start;
    return { judged: undefined, finding: told(kind, what), ms, isSync: false };
  }
}

/** Whether the input is at fault, and not a machine that was busy with other things. */
async function isSlow(target: AnyTarget, input: unknown): Promise<boolean> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const start = performance.now();
    await target.judge(input);
    if (performance.now() - start < slowMs) return false;
  }
  return true;
}
