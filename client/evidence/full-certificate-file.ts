import {
  type ConfirmedCertificate,
  type FullCertificate,
  fullCertificateCodec,
} from '#protocol/block/certificate.ts';
import {
  type ChainDescription,
  chainDescriptionCodec,
  chainIdOf,
} from '#protocol/block/chain-description.ts';
import { type Hash, tag } from '#protocol/crypto/hash.ts';
import { fixedBytes } from '#protocol/encoding/byte-strings.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { u16 } from '#protocol/encoding/integers.ts';
import { vector } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';

/** The first bytes of every file of a full certificate. */
const { prefix: mark } = tag('weft/full-certificate');
const format = 1;

/** Most chains above one: each opened the next. */
export const lineageMax = 256;

/**
 * A full certificate, and where its chain comes from: its description, then its parent's, up to a
 * root chain's. These show the network: under another one's committee an honest vote may look
 * like an offence.
 */
export const fullCertificateFileCodec = struct({
  mark: fixedBytes(mark.length),
  format: u16,
  lineage: vector(chainDescriptionCodec, lineageMax),
  full: fullCertificateCodec,
});

/** What a file of a full certificate says. */
export interface FullCertificateFile {
  readonly network: Hash;
  readonly full: FullCertificate;
}

export function encodeFullCertificate(
  lineage: readonly ChainDescription[],
  full: FullCertificate,
): Uint8Array {
  return encode(fullCertificateFileCodec, { mark, format, lineage, full });
}

/** The file's certificate, whose signatures and openings are not looked at yet. */
export function decodeFullCertificate(
  bytes: Uint8Array,
): Result<FullCertificateFile, Rejection<'malformed-certificate'>> {
  const decoded = decode(fullCertificateFileCodec, bytes);
  if (!decoded.ok) {
    return refuse('malformed-certificate', decoded.error.found, decoded.error.expected);
  }
  const file = decoded.value;
  if (!equalBytes(file.mark, mark) || file.format !== format) {
    const found = `format ${file.format}`;
    return refuse('malformed-certificate', found, `a full certificate of format ${format}`);
  }
  const network = networkOf(file.lineage, file.full.certificate);
  if (network === undefined) {
    return refuse('malformed-certificate', 'a chain of unknown descent', 'one of a root chain');
  }
  return ok({ network, full: file.full });
}

/** The network that the certificate's chain belongs to, as the chain's id shows. */
function networkOf(
  lineage: readonly ChainDescription[],
  { chain }: ConfirmedCertificate,
): Hash | undefined {
  let expected = chain;
  for (const [index, description] of lineage.entries()) {
    if (chainIdOf(description) !== expected) return undefined;
    const { origin } = description;
    if (origin.kind === 'root') return index === lineage.length - 1 ? origin.network : undefined;
    expected = origin.parent;
  }
  return undefined;
}
