// npm run sim:mutants -- --json: puts each bug into a copy of the source; worlds must notice. With
// --open it tries those that worlds are not known to find.
import { parseArgs } from 'node:util';
import { copySource, type SourceCopy } from '#test/mutants/source-copy.ts';
import type { Bug } from './bug.ts';
import { bugs, openBugs } from './bugs.ts';

interface Found {
  readonly bug: Bug;
  /** How many worlds it took; none, if they were not enough. */
  readonly seeds: number | undefined;
  readonly by: string;
}

const huntMsMax = 1_800_000;
const huntScript = 'test/simulation/hunt.ts';
/** Worlds that must be in order as long as nothing is changed. */
const intactSeeds = '25';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    bug: { type: 'string', default: '' },
    open: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '1000' },
  },
});

const copy = copySource();
try {
  process.exitCode = await main(copy);
} finally {
  copy.remove();
}

async function main(source: SourceCopy): Promise<number> {
  const { code, output } = await source.run([huntScript, '--seeds', intactSeeds], huntMsMax);
  if (code !== 0) {
    console.error(`without any of the bugs, a rule is broken: ${output}`);
    return 1;
  }
  const found: Found[] = [];
  for (const bug of (values.open ? openBugs : bugs).filter(({ name }) =>
    name.includes(values.bug),
  )) {
    const one = await hunt(source, bug);
    found.push(one);
    if (!values.json) console.log(`${one.seeds ?? 'not found in'}  ${bug.name}: ${one.by}`);
  }
  const needed = found.flatMap(({ seeds }) => seeds ?? []).sort((a, b) => a - b);
  const medianSeeds = needed[Math.floor(needed.length / 2)];
  const [mutants, killed] = [found.length, needed.length];
  const alive = found.filter(({ seeds }) => seeds === undefined).map(({ bug }) => bug.name);
  if (values.json) {
    const seeds = Object.fromEntries(found.map(({ bug, seeds }) => [bug.name, seeds ?? null]));
    const counts = { mutants, killed, medianSeeds, alive, seeds };
    console.log(JSON.stringify({ schema: 'weft.sim-mutants/1', ...counts }));
  } else {
    console.log(`${killed} of ${mutants} bugs are found, half of them in ${medianSeeds} worlds`);
  }
  return killed === mutants && mutants > 0 ? 0 : 1;
}

async function hunt(source: SourceCopy, bug: Bug): Promise<Found> {
  const restore = source.replace(bug.file, bug.text, bug.without);
  try {
    const { code, output } = await source.run([huntScript, '--seeds', values.seeds], huntMsMax);
    const seeds = output.match(/^seed \d+$/gm)?.length ?? 0;
    const by = /^found (.*)$/m.exec(output)?.[1];
    if (seeds === 0) throw new Error(`${bug.name}: no world begins: ${output}`);
    // Time may be up, or a world have no end that all others have.
    const isFound = by !== undefined || code !== 0;
    return { bug, seeds: isFound ? seeds : undefined, by: by ?? `${seeds} worlds` };
  } finally {
    restore();
  }
}
