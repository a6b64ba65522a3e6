/** What a result must reach. */
export type Bar =
  | { readonly kind: 'at-least'; readonly value: number }
  | { readonly kind: 'at-most'; readonly value: number };

/** The answer to one question, or to a part of it. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bar?: Bar;
}

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
  const { name, value, unit } = result;
  return { name, value: rounded(value), unit, bar: barText(result), met: isMet(result) };
}

/** One line of the table for people. */
export function resultLine(result: Result): string {
  const { name, value, unit } = result;
  const met = isMet(result);
  const bar = met === null ? '' : `  ${met ? 'met' : 'NOT MET'} (${barText(result)})`;
  return `  ${name.padEnd(72)} ${rounded(value).toLocaleString('en-US').padStart(10)} ${unit}${bar}`;
}
