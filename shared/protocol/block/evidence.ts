import type { Decoded } from '../encoding/codec.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { validatedCertificateCodec } from './certificate.ts';
import { voteCodec } from './vote.ts';

/** Votes of one key, on one chain and height, that no honest validator casts. */
export const evidenceCodec = union({
  /** Same round and kind, different blocks. */
  'double-vote': [0, struct({ first: voteCodec, second: voteCodec })],
  /** Confirmed one block, then validated another unlocked by nothing later. */
  'broken-lock': [1, struct({ confirm: voteCodec, validate: voteCodec })],
  /** A vote whose own opening is no quorum that could release it. */
  'invalid-opening': [2, struct({ vote: voteCodec, opening: validatedCertificateCodec })],
});
export type Evidence = Decoded<typeof evidenceCodec>;
