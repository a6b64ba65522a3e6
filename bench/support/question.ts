import type { Duration } from './measure.ts';
import type { Result } from './report.ts';

/** How long questions may take to answer. */
export interface Effort {
  readonly duration: Duration;
  /** Less of everything: for a look, not for figures. */
  readonly isQuick: boolean;
}

export interface Question {
  readonly name: string;
  /** The results in the order in which they are found. */
  ask(effort: Effort, found: (result: Result) => void): Promise<void>;
}

export const fullEffort: Effort = {
  duration: { warmUpMs: 700, measureMs: 1_600 },
  isQuick: false,
};

export const quickEffort: Effort = {
  duration: { warmUpMs: 150, measureMs: 300 },
  isQuick: true,
};
