import type { Shell, Sink } from './shell.ts';

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], cyan: [36, 39] };

/** Colours for a terminal, and none for a pipe, a file, or whoever set NO_COLOR. */
export type Paint = Readonly<Record<keyof typeof codes, (text: string) => string>>;

export function paintFor({ env }: Pick<Shell, 'env'>, sink: Sink): Paint {
  const isPlain = !sink.isTty || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  const brush =
    ([on, off]: readonly number[]) =>
    (text: string) =>
      isPlain ? text : `\u001b[${on}m${text}\u001b[${off}m`;
  return {
    bold: brush(codes.bold),
    dim: brush(codes.dim),
    red: brush(codes.red),
    green: brush(codes.green),
    cyan: brush(codes.cyan),
  };
}
