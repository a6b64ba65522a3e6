import { type Links, someMs, type Way, type WorldContext } from './context.ts';
import type { Process } from './scheduler.ts';

interface Cut {
  readonly validators: ReadonlySet<string>;
  /** Whom they do not hear, or who does not hear them; everybody, if none. */
  readonly salt: number | undefined;
  readonly ways: ReadonlySet<Way>;
  readonly until: number;
}

/** Cuts off one validator or several, from all or from some, in one direction or in both. */
export function cutLinks(context: WorldContext, validators: readonly string[]): Links {
  const { scheduler, random, nature, reach } = context;
  let cuts: readonly Cut[] = [];

  function act(): void {
    if (context.faults().cut === 0) return;
    const ways = new Set<Way>(random.pick([['there'], ['back'], ['there', 'back']] as Way[][]));
    const count = random.between(1, validators.length);
    const first = random.below(validators.length);
    const names = [...validators.slice(first), ...validators.slice(0, first)].slice(0, count);
    const salt = random.chance(0.4) ? undefined : random.below(1_000);
    const until = scheduler.now() + someMs(random, 500, 15_000);
    const standing = cuts.filter((one) => one.until > scheduler.now());
    cuts = [...standing, { validators: new Set(names), salt, ways, until }];
    reach(count === validators.length ? 'nobody was in reach' : 'validators were cut off');
    plan();
  }

  function plan(): void {
    const ms = someMs(random, 0, 30_000) / context.faults().cut;
    scheduler.after(nature, ms, { label: 'a line is cut', act });
  }

  if (context.faults().cut > 0) plan();
  return {
    isCut(from, validator, way) {
      if (context.faults().cut === 0) return false;
      return cuts.some(
        (cut) =>
          cut.until > scheduler.now() &&
          cut.ways.has(way) &&
          cut.validators.has(validator) &&
          (cut.salt === undefined || isHit(from, cut.salt)),
      );
    },
  };
}

/** Half of all processes, which half depends on the salt. */
function isHit({ name }: Process, salt: number): boolean {
  let mixed = salt;
  for (let at = 0; at < name.length; at++) mixed = (mixed * 31 + name.charCodeAt(at)) | 0;
  return (mixed & 1) === 0;
}
