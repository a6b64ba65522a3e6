import type { ChainWrite, OwedMark, Piece, Version } from '#ports/chain-store.ts';
import { validatedCertificateCodec } from '#protocol/block/certificate.ts';
import { storedBlockBytes } from '#protocol/block/stored-block.ts';
import type { Step } from '#protocol/chain/decision.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { pieceHash } from '#protocol/manager/held.ts';
import { type InboxRow, rowKeyText } from '#protocol/messaging/inbox-row.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';

export interface Steps {
  readonly steps: readonly Step[];
  readonly saved: ChainHead | undefined;
  readonly version: Version;
  /** Rows, by `rowText`, that are not to be put. */
  readonly withheld: ReadonlySet<string>;
  readonly now: Timestamp;
}

/** What the store is to write for the steps of one request, in one go; undefined for nothing. */
export function writeOf({ steps, saved, version, withheld, now }: Steps): ChainWrite | undefined {
  const head = steps.findLast((step) => step.head)?.head;
  const blocks = steps.flatMap(({ block }) => (block ? [block] : []));
  if (!head && blocks.length === 0) return undefined;
  return {
    pieces: steps.flatMap(({ pieces }) => pieces.map(pieceOf)),
    nodes: piecesFrom(new Map(steps.flatMap(({ nodes }) => [...nodes]))),
    blocks: blocks.map((block) => ({
      height: block.block.header.height,
      bytes: storedBlockBytes(block),
      otherwise: block.opening ? [pieceOf(encode(validatedCertificateCodec, block.opening))] : [],
    })),
    rows: steps.flatMap(({ rows }) => rows.filter((row) => !withheld.has(rowText(row)))),
    owed: head && owedMark({ head, saved, version, now }),
    head,
  };
}

/** One text for each row of any inbox. */
export function rowText(row: InboxRow): string {
  return `${row.recipient} ${rowKeyText(row)}`;
}

/** Whether the driver has anything to do with a chain: to deliver, or to find a certificate. */
export function isOwed(head: ChainHead | undefined): boolean {
  if (!head) return false;
  const { validate, confirm } = head.manager;
  return head.owedFrom !== undefined || validate !== undefined || confirm !== undefined;
}

/** The mark is written on the change from nothing owed to something owed. */
function owedMark({
  head,
  saved,
  version,
  now,
}: Omit<Steps, 'steps' | 'withheld'> & { readonly head: ChainHead }): OwedMark | undefined {
  if (isOwed(saved) || !isOwed(head)) return undefined;
  return { chain: head.chain, at: version + 1, from: head.owedFrom ?? head.next, since: now };
}

export function piecesFrom(nodes: ReadonlyMap<Hash, Uint8Array>): readonly Piece[] {
  return [...nodes].map(([hash, bytes]) => ({ hash, bytes }));
}

function pieceOf(bytes: Uint8Array): Piece {
  return { hash: pieceHash(bytes), bytes };
}
