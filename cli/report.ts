import type { Rejection } from '#protocol/primitives/rejection.ts';
import { jsonText } from '#wire/replies.ts';

/** What a command answers: one object for programs, the same for people. */
export type Report =
  | {
      readonly kind: 'object';
      /** The schema's name without its version: `transfer` in `weft.transfer/1`. */
      readonly schema: string;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly text: string;
      /** Why the command does not succeed although it has an answer. */
      readonly but?: Rejection;
    }
  /** Bytes for a file or a pipe, or lines for a shell, whatever format was asked for. */
  | { readonly kind: 'raw'; readonly content: Uint8Array | string }
  /** Everything was said while it ran. */
  | { readonly kind: 'silent' };

export type ObjectReport = Report & { readonly kind: 'object' };

export function object(
  schema: string,
  fields: Readonly<Record<string, unknown>>,
  text: string,
): ObjectReport {
  return { kind: 'object', schema, fields, text };
}

/** JSON on one line. */
export function jsonLine(value: unknown): string {
  return `${jsonText(value, 0)}\n`;
}

export function reportLine({ schema, fields }: ObjectReport): string {
  return jsonLine({ schema: `weft.${schema}/1`, ...fields });
}

/** Rows in columns, two spaces apart; the last column is as wide as it wants. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  const lineOf = (row: readonly string[]) =>
    row.map((cell, index) => cell.padEnd(index === row.length - 1 ? 0 : (widths[index] ?? 0)));
  return rows.map((row) => lineOf(row).join('  ').trimEnd()).join('\n');
}
