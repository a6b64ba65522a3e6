/** What a result must reach. */
export type Bar =
  | { readonly kind: 'at-least'; readonly value: number }
  | { readonly kind: 'at-most'; readonly value: number };

/** The answer to one question, or to a part of it. */
export interface Result {
  readonly name: string;
  /** What the reference machine would measure; where speed does not matter, as measured. */
  readonly value: number;
  readonly measured: number;
  readonly unit: string;
  readonly bar?: Bar | undefined;
}

/** What was measured here. */
export interface Measured {
  readonly name: string;
  readonly measured: number;
  readonly unit: string;
  readonly bar?: Bar | undefined;
}

/** More of it on a faster machine; `speed` is how many times as fast as the reference this is. */
export const rate = (from: Measured, speed: number): Result => ({
  ...from,
  value: from.measured / speed,
});

/** Less of it on a faster machine. */
export const time = (from: Measured, speed: number): Result => ({
  ...from,
  value: from.measured * speed,
});

/** The same on every machine, or not to be compared. */
export const plain = (from: Measured): Result => ({ ...from, value: from.measured });

export const atLeast = (value: number): Bar => ({ kind: 'at-least', value });
export const atMost = (value: number): Bar => ({ kind: 'at-most', value });

/** Whether a result reaches its bar; null without one. */
export function isMet({ value, bar }: Result): boolean | null {
  if (bar === undefined) return null;
  return bar.kind === 'at-least' ? value >= bar.value : value <= bar.value;
}

export function barText({ bar }: Result): string | null {
  if (bar === undefined) return null;
  return `${bar.kind === 'at-least' ? '>=' : '<='} ${bar.value}`;
}

/** Three digits that count, and all of a larger number. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

export function resultJson(result: Result) {
  const { name, value, measured, unit } = result;
  const bar = barText(result);
  return {
    name,
    value: rounded(value),
    unit,
    bar,
    met: isMet(result),
    measured: rounded(measured),
  };
}

/** One line of the table for people. */
export function resultLine(result: Result): string {
  const { name, value, measured, unit } = result;
  const met = isMet(result);
  const bar = met === null ? '' : `  ${met ? 'met' : 'NOT MET'} (${barText(result)})`;
  const text = (each: number) => rounded(each).toLocaleString('en-US').padStart(9);
  return `  ${name.padEnd(58)} ${text(value)} ${text(measured)}  ${unit}${bar}`;
}
