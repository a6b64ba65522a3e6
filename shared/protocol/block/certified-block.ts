import { type DecodeRejection, decode, encode } from '../encoding/codec.ts';
import { struct } from '../encoding/struct.ts';
import { ok, type Result } from '../primitives/result.ts';
import { type Block, blockBodyCodec, blockFrom } from './block.ts';
import { type ConfirmedCertificate, confirmedCertificateCodec } from './certificate.ts';

/** A block and the certificate that makes it final, as validators store and send them. */
export const certifiedBlockCodec = struct({
  body: blockBodyCodec,
  certificate: confirmedCertificateCodec,
});

export interface CertifiedBlock {
  readonly block: Block;
  readonly certificate: ConfirmedCertificate;
}

export function certifiedBlockBytes({ block, certificate }: CertifiedBlock): Uint8Array {
  const body = { proposed: block.proposed, outcome: block.outcome };
  return encode(certifiedBlockCodec, { body, certificate });
}

/** Recomputes the block's roots; whether the certificate is valid, and for it, is not looked at. */
export function certifiedBlockFromBytes(
  bytes: Uint8Array,
): Result<CertifiedBlock, DecodeRejection> {
  const decoded = decode(certifiedBlockCodec, bytes);
  if (!decoded.ok) return decoded;
  const { body, certificate } = decoded.value;
  return ok({ block: blockFrom(body.proposed, body.outcome), certificate });
}
