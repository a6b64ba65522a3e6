// npm run mutants -- --json: removes each guard in a copy of the source; a test must notice.
import { parseArgs } from 'node:util';
import type { Guard } from './guard.ts';
import { guards } from './guards.ts';
import { copySource, type SourceCopy } from './source-copy.ts';

interface Verdict {
  readonly guard: Guard;
  /** What failed without the guard; nothing, if it is not missed. */
  readonly killedBy: string | undefined;
  readonly seconds: number;
}

const options = { json: { type: 'boolean', default: false }, guard: { type: 'string' } } as const;
const { values } = parseArgs({ options });
const chosen = guards.filter(({ name }) => name.includes(values.guard ?? ''));
const copy = copySource();
try {
  process.exitCode = await main(copy);
} finally {
  copy.remove();
}

async function main(source: SourceCopy): Promise<number> {
  const tests = [...new Set(chosen.flatMap((guard) => guard.tests))].sort();
  const intact = await source.test(tests);
  if (intact.kind === 'failed') {
    console.error(`with all guards in place, this fails: ${intact.test}`);
    return 1;
  }
  const verdicts: Verdict[] = [];
  for (const guard of chosen) {
    const verdict = await removeGuard(source, guard);
    verdicts.push(verdict);
    if (!values.json) console.log(rowOf(verdict));
  }
  const killed = verdicts.filter(({ killedBy }) => killedBy !== undefined).length;
  const mutants = verdicts.length;
  if (values.json) console.log(JSON.stringify({ schema: 'weft.mutants/1', mutants, killed }));
  else console.log(`${killed} of ${mutants} guards are missed when they are gone`);
  return killed === mutants && mutants > 0 ? 0 : 1;
}

async function removeGuard(source: SourceCopy, guard: Guard): Promise<Verdict> {
  const start = performance.now();
  const restore = source.replace(guard.file, guard.text, guard.without);
  try {
    const fault = await source.load(guard.file);
    if (fault !== undefined) throw new Error(`${guard.name}: the mutant does not load: ${fault}`);
    const result = await source.test(guard.tests);
    const killedBy = result.kind === 'failed' ? result.test : undefined;
    return { guard, killedBy, seconds: (performance.now() - start) / 1000 };
  } finally {
    restore();
  }
}

function rowOf({ guard, killedBy, seconds }: Verdict): string {
  const mark = killedBy === undefined ? '✖ not missed' : '✔ missed';
  const by = killedBy === undefined ? `by ${guard.tests.join(', ')}` : `by: ${killedBy}`;
  return `${mark}  ${guard.name} (${seconds.toFixed(1)} s)\n    ${by}`;
}
