import { type DecodeRejection, decode, encode } from '../encoding/codec.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { ok, type Result } from '../primitives/result.ts';
import { blockBodyCodec, blockFrom } from './block.ts';
import {
  confirmedCertificateCodec,
  type ValidatedCertificate,
  validatedCertificateCodec,
} from './certificate.ts';
import type { CertifiedBlock } from './certified-block.ts';

/**
 * A certified block as a node keeps it: with the certificate that its head held inside while the
 * height lasted, since votes of the node commit to that one.
 */
export interface StoredBlock extends CertifiedBlock {
  readonly opening: ValidatedCertificate | undefined;
}

export const storedBlockCodec = struct({
  body: blockBodyCodec,
  certificate: confirmedCertificateCodec,
  opening: option(validatedCertificateCodec),
});

export function storedBlockBytes({ block, certificate, opening }: StoredBlock): Uint8Array {
  const body = { proposed: block.proposed, outcome: block.outcome };
  return encode(storedBlockCodec, { body, certificate, opening });
}

/** Recomputes the block's roots; whether the certificates are valid is not looked at. */
export function storedBlockFromBytes(bytes: Uint8Array): Result<StoredBlock, DecodeRejection> {
  const decoded = decode(storedBlockCodec, bytes);
  if (!decoded.ok) return decoded;
  const { body, certificate, opening } = decoded.value;
  return ok({ block: blockFrom(body.proposed, body.outcome), certificate, opening });
}
