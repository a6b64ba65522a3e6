/** Decides between so many ways to go on; the first is the usual one. */
export type Choose = (options: number) => number;

export interface Searched {
  readonly runs: number;
  /** What went wrong, and the choices that lead there. */
  readonly violation: string | undefined;
}

interface Point {
  readonly taken: number;
  readonly options: number;
}

/**
 * Runs the same thing once for each sequence of choices: each run is led along the one before it up
 * to the last point where something else can be chosen.
 *
 * @returns after `runsMax` runs what was found so far.
 */
export async function searchChoices(
  run: (choose: Choose) => Promise<string | undefined>,
  runsMax: number,
): Promise<Searched> {
  let led: readonly number[] = [];
  for (let runs = 1; ; runs++) {
    const points: Point[] = [];
    const violation = await run((options) => {
      const taken = led[points.length] ?? 0;
      points.push({ taken, options });
      return taken;
    });
    if (violation !== undefined) {
      const choices = points.map(({ taken }) => taken).join(' ');
      return { runs, violation: `${violation} [${choices.replace(/( 0)+$/, '')}]` };
    }
    while (points.length > 0 && isLast(points.at(-1) as Point)) points.pop();
    const last = points.pop();
    if (!last || runs >= runsMax) return { runs, violation: undefined };
    led = [...points.map(({ taken }) => taken), last.taken + 1];
  }
}

function isLast({ taken, options }: Point): boolean {
  return taken + 1 >= options;
}
