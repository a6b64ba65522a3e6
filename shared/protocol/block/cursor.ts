import type { Decoded } from '../encoding/codec.ts';
import { u32 } from '../encoding/integers.ts';
import { blockHeightCodec } from '../encoding/numbers.ts';
import { struct } from '../encoding/struct.ts';
import type { BlockHeight } from '../primitives/numbers.ts';
import { blockHeight } from '../primitives/numbers.ts';

/** Place of a bundle among those of its sender: block height, then number of the transaction. */
export const cursorCodec = struct({ height: blockHeightCodec, transaction: u32 });
export type Cursor = Decoded<typeof cursorCodec>;

/** The place before every bundle. */
export const firstCursor: Cursor = { height: blockHeight(0n), transaction: 0 };

export function isBefore(a: Cursor, b: Cursor): boolean {
  return a.height < b.height || (a.height === b.height && a.transaction < b.transaction);
}

/** The first place behind `cursor`. */
export function cursorAfter({ height, transaction }: Cursor): Cursor {
  return { height, transaction: transaction + 1 };
}

/** `HEIGHT.TRANSACTION`. */
export function cursorText({
  height,
  transaction,
}: {
  readonly height: BlockHeight;
  readonly transaction: number;
}): string {
  return `${height}.${transaction}`;
}
