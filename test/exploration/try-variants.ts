import { copySource, type SourceCopy } from '#test/mutants/source-copy.ts';
import type { Scope } from './height/scopes.ts';
import { type Variant, variants } from './height/variants.ts';

/** From small to large: a variant is tried in each until one finds it. */
const hunts: readonly Scope[] = [
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

/** What found a variant. */
interface Found {
  readonly scope: string;
  readonly states: number;
  readonly violation: string;
}

/** Tries each variant in a copy of the source; whether each breaks what it should, or nothing. */
export async function tryVariants(named: string): Promise<boolean> {
  const copy = copySource();
  const wrong: string[] = [];
  try {
    for (const variant of variants.filter(({ name }) => name.includes(named))) {
      const found = await tryVariant(copy, variant);
      const isRight = (found === undefined) === (variant.heldBy !== undefined);
      if (!isRight) wrong.push(variant.name);
      const how = found ? `${found.scope}, ${found.states} states` : 'no difference';
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
    for (const scope of hunts) {
      const found = await huntIn(copy, scope);
      if (found) return found;
    }
    return undefined;
  } finally {
    restore();
  }
}

async function huntIn(copy: SourceCopy, scope: Scope): Promise<Found | undefined> {
  const args = ['test/exploration/main.ts', '--only', JSON.stringify(scope)];
  const { output } = await copy.run(args);
  const report = /^\{.*\}$/m.exec(output)?.[0];
  if (report === undefined) throw new Error(`the variant does not run: ${output}`);
  const { name, states, violation } = JSON.parse(report) as {
    readonly name: string;
    readonly states: number;
    readonly violation?: string;
  };
  return violation === undefined ? undefined : { scope: name, states, violation };
}
