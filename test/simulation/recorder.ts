/** What a world did, as it is drawn. */
export type Recorded =
  | {
      readonly kind: 'message';
      readonly from: string;
      readonly to: string;
      readonly sentMs: number;
      readonly atMs: number;
      readonly label: string;
    }
  /** Something of one actor, at one time. */
  | {
      readonly kind: 'commit' | 'death' | 'failure';
      readonly who: string;
      readonly atMs: number;
      readonly label: string;
    };

export interface Recorder {
  add(recorded: Recorded): void;
  /** The newest, in the order in which they ended. */
  newest(): readonly Recorded[];
}

/** Keeps so many of the newest. */
export function newRecorder(keptMax: number): Recorder {
  let kept: Recorded[] = [];
  return {
    add(recorded) {
      kept.push(recorded);
      if (kept.length >= 2 * keptMax) kept = kept.slice(-keptMax);
    },
    newest: () => kept.slice(-keptMax),
  };
}

/** A validator's workers are drawn as one, and so are the lives of a device. */
export function actorOf(process: string): string {
  return process.replace(/ worker \d+$/, '');
}
