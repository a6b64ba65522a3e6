import { blobIdCodec } from '#protocol/block/blob.ts';
import {
  confirmedCertificateCodec,
  validatedCertificateCodec,
} from '#protocol/block/certificate.ts';
import { chainIdCodec } from '#protocol/block/chain-id.ts';
import { eventCodec } from '#protocol/block/event.ts';
import { bytes } from '#protocol/encoding/byte-strings.ts';
import { blockHeightCodec } from '#protocol/encoding/numbers.ts';
import { option, vector } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { text } from '#protocol/encoding/text.ts';
import { inboxRowCodec } from '#protocol/messaging/inbox-row.ts';
import { certifiedBlockBytesMax, cursorBytesMax, pageBytesMax, pageItemsMax } from './limits.ts';

/** Certified blocks of consecutive heights, each as `certifiedBlockBytes` encodes it. */
export const blocksPageCodec = struct({
  blocks: vector(bytes(certifiedBlockBytesMax), pageItemsMax),
});

/** The certificates of consecutive heights, without their blocks. */
export const certificatesPageCodec = struct({
  certificates: vector(confirmedCertificateCodec, pageItemsMax),
});

/** Validated certificates, each but the first unlocking the one before it. */
export const openingsPageCodec = struct({
  openings: vector(validatedCertificateCodec, pageItemsMax),
});

/** Inbox rows that a chain has not taken; `next` resumes behind them, none at the end. */
export const inboxPageCodec = struct({
  items: vector(inboxRowCodec, pageItemsMax),
  next: option(text(cursorBytesMax)),
});

/** Which block published a blob. */
export const blobStateCodec = struct({
  id: blobIdCodec,
  chain: chainIdCodec,
  height: blockHeightCodec,
});

/** The content of a blob. */
export const blobContentCodec = bytes(certifiedBlockBytesMax);

/** Events of one stream with consecutive indices, and the heights of the blocks that hold them. */
export const eventsPageCodec = struct({
  events: vector(struct({ height: blockHeightCodec, event: eventCodec }), pageItemsMax),
});

/** How many of the first items a page may hold: at least one, if there is one. */
export function countFitting(sizes: readonly number[]): number {
  let total = 0;
  let count = 0;
  for (const size of sizes) {
    total += size;
    if (count > 0 && (total > pageBytesMax || count === pageItemsMax)) break;
    count++;
  }
  return count;
}
