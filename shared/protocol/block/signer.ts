import { fixedBytes } from '../encoding/byte-strings.ts';
import { decode } from '../encoding/codec.ts';
import { u8 } from '../encoding/integers.ts';
import { type Refinement, refine } from '../encoding/refine.ts';
import { struct } from '../encoding/struct.ts';
import { bytesFromHex } from '../primitives/hex.ts';
import { ok, type Result, reject } from '../primitives/result.ts';
import type { AccountOwner } from './owner.ts';
import { accountOwnerCodec } from './owner.ts';

const raw = struct({ kind: u8, id: fixedBytes(32) });

/**
 * The owner in whose name a block acts, in 33 bytes whatever its kind: 0 for none, else the
 * owner's tag + 1, then its id behind leading zeros.
 */
export const signerCodec = refine(raw, signerFromRaw, rawFromSigner);

function rawFromSigner(signer: AccountOwner | undefined): { kind: number; id: Uint8Array } {
  const id = new Uint8Array(32);
  switch (signer?.kind) {
    case undefined:
      return { kind: 0, id };
    case 'chain':
      return { kind: 1, id };
    case 'key':
      return { kind: 2, id: bytesFromHex(signer.hash) };
    case 'evm':
      id.set(bytesFromHex(signer.address), 12);
      return { kind: 3, id };
    case 'application':
      return { kind: 4, id: bytesFromHex(signer.id) };
  }
}

function signerFromRaw(raw: {
  readonly kind: number;
  readonly id: Uint8Array;
}): Result<AccountOwner | undefined, Refinement> {
  const idLength = idLengths[raw.kind];
  if (idLength === undefined)
    return reject({ found: `signer kind ${raw.kind}`, expected: '0 to 4' });
  if (raw.id.subarray(0, 32 - idLength).some((byte) => byte !== 0)) {
    return reject({ found: 'bytes before a shorter id', expected: 'zeros' });
  }
  if (raw.kind === 0) return ok(undefined);
  const tagged = Uint8Array.of(raw.kind - 1, ...raw.id.subarray(32 - idLength));
  const owner = decode(accountOwnerCodec, tagged);
  return owner.ok ? ok(owner.value) : reject(owner.error);
}

/** Bytes of an id, by kind of signer: none, chain, key, EVM address, application. */
const idLengths = [0, 0, 32, 20, 32];
