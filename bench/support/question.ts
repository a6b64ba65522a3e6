import type { Duration } from './measure.ts';
import type { Result } from './report.ts';

/** How much time an answer may take. */
export interface Pace {
  readonly kind: 'quick' | 'full';
  readonly duration: Duration;
}

/** Something that the benchmarks can be asked, answered in a process of its own. */
export interface Question {
  readonly name: string;
  readonly asks: string;
  answer(pace: Pace): Promise<readonly Result[]>;
}

export const quickPace: Pace = { kind: 'quick', duration: { warmUpMs: 250, measureMs: 450 } };
export const fullPace: Pace = { kind: 'full', duration: { warmUpMs: 400, measureMs: 1_200 } };

/** A duration for work so small that it needs no longer. */
export function brief({ kind }: Pace): Duration {
  return kind === 'quick' ? { warmUpMs: 20, measureMs: 60 } : { warmUpMs: 80, measureMs: 300 };
}
