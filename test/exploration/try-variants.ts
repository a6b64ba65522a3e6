import { copySource, type SourceCopy } from '#test/mutants/source-copy.ts';
import type { Scope } from './height/scopes.ts';
import { heightVariants } from './height/variants.ts';
import { type StoreScope, scenarios } from './store/scenarios.ts';
import { storeVariants } from './store/variants.ts';
import type { Variant } from './variant.ts';

/** From small to large: a variant is tried in each until one finds it. */
const heightHunts: readonly Scope[] = [
  { claim: 'agreement', shape: 'super-and-regular', rounds: 2, faulty: 1 },
  { claim: 'accountability', shape: 'multi-leader', rounds: 2, faulty: 2 },
  { claim: 'takeover', shape: 'super-and-regular', rounds: 2, faulty: 1 },
  { claim: 'agreement', shape: 'multi-leader', rounds: 2, faulty: 1 },
  { claim: 'accountability', shape: 'super-and-regular', rounds: 3, faulty: 2 },
  { claim: 'agreement', shape: 'super-and-regular', rounds: 3, faulty: 1 },
  { claim: 'takeover', shape: 'multi-leader', rounds: 2, faulty: 1 },
  { claim: 'agreement', shape: 'multi-leader', rounds: 3, faulty: 1 },
  { claim: 'takeover', shape: 'super', rounds: 3, faulty: 1, every: 20 },
];

const storeHunts: readonly StoreScope[] = [
  { switches: 0, faults: 1, runsMax: 2_600 },
  { switches: 1, faults: 0, runsMax: 2_000 },
  { switches: 1, faults: 1, runsMax: 3_000 },
].flatMap((bounds) => scenarios.map(({ name }) => ({ scenario: name, ...bounds })));

/** What found a variant, and after how many states or runs. */
interface Found {
  readonly name: string;
  readonly count: number;
  readonly violation: string;
}

export const variants: readonly Variant[] = [...heightVariants, ...storeVariants];

const huntMsMax = 300_000;

/** Tries each variant in a copy of the source; whether each breaks what it should, or nothing. */
export async function tryVariants(named: string): Promise<boolean> {
  const copy = copySource();
  const wrong: string[] = [];
  try {
    for (const variant of variants.filter(({ name }) => name.includes(named))) {
      const found = await tryVariant(copy, variant);
      const isRight = (found === undefined) === (variant.heldBy !== undefined);
      if (!isRight) wrong.push(variant.name);
      const how = found ? `${found.name}, after ${found.count}` : 'no difference';
      console.log(`${isRight ? '✔' : '✖'} ${variant.name}: ${how}`);
      console.log(`    ${found?.violation.slice(0, 200) ?? `held by ${variant.heldBy}`}`);
    }
  } finally {
    copy.remove();
  }
  return wrong.length === 0;
}

async function tryVariant(copy: SourceCopy, variant: Variant): Promise<Found | undefined> {
  const { file, and } = variant;
  const restore = copy.replace(file, variant.text, variant.without);
  try {
    if (and) copy.replace(file, and.text, and.without);
    const hunts = storeVariants.includes(variant) ? storeHunts : heightHunts;
    for (const scope of hunts) {
      const found = await huntIn(copy, scope);
      if (found) return found;
    }
    return undefined;
  } finally {
    restore();
  }
}

async function huntIn(copy: SourceCopy, scope: Scope | StoreScope): Promise<Found | undefined> {
  const args = ['test/exploration/main.ts', '--in', JSON.stringify(scope)];
  const { output } = await copy.run(args, huntMsMax);
  const report = /^\{.*\}$/m.exec(output)?.[0];
  if (report === undefined) throw new Error(`the variant does not run: ${output}`);
  const { name, count, violation } = JSON.parse(report) as {
    readonly name: string;
    readonly count: number;
    readonly violation?: string;
  };
  return violation === undefined ? undefined : { name, count, violation };
}
