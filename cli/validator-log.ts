import type { Answered } from '#api/context.ts';

/** What a validator says of its doings, line by line. */
export interface ValidatorLog {
  fault(error: unknown, correlation?: string): void;
  answered(answered: Answered): void;
}

export interface ValidatorLogOptions {
  readonly name: string;
  /** Whoever asks may cause refusals, so that they go where nobody reads along. */
  readonly logs: 'faults' | 'refusals';
  readonly write: (line: string) => void;
  readonly now?: () => number;
}

/** Most lines of refusals in a second: peers choose how many there are. */
const linesMax = 50;
const lineLengthMax = 4_000;

/** Each line has the time, the validator, and the operation that it belongs to, if that is known. */
export function validatorLog(options: ValidatorLogOptions): ValidatorLog {
  const { name, logs, write, now = Date.now } = options;
  let second = 0;
  let lines = 0;
  let left = 0;

  function line(text: string, correlation: string | undefined): void {
    const operation = correlation === undefined ? '' : ` [${correlation}]`;
    const whole = `${new Date(now()).toISOString()} ${name}${operation}: ${text}`;
    write(`${whole.slice(0, lineLengthMax)}\n`);
  }

  function isRoom(): boolean {
    const current = Math.floor(now() / 1_000);
    if (current !== second) {
      if (left > 0) line(`${left} more refusals`, undefined);
      [second, lines, left] = [current, 0, 0];
    }
    lines++;
    if (lines > linesMax) left++;
    return lines <= linesMax;
  }

  return {
    fault: (error, correlation) => line(textOf(error), correlation),
    answered({ route, status, refusal, correlation }) {
      if (logs === 'faults' || status < 400 || !isRoom()) return;
      line(`${route} ${status} ${refusal ?? ''}`.trimEnd(), correlation);
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
