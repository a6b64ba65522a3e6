import { keccak256 } from 'js-sha3';
import { isXOnlyPoint, recover } from 'tiny-secp256k1';

// The rule once more, on libsecp256k1 and another Keccak: nothing here is shared with the adapter.

export const curveOrder =
  0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

export interface Eip191Case {
  readonly address: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** What a wallet hashes when it is asked to sign 32 bytes. */
export function independentDigest(message: Uint8Array): Uint8Array {
  const prefix = Buffer.from('\u0019Ethereum Signed Message:\n32', 'latin1');
  return Uint8Array.from(keccak256.array(Buffer.concat([prefix, message])));
}

/** The address of a public key's 65 bytes. */
export function independentAddress(point: Uint8Array): Uint8Array {
  return Uint8Array.from(keccak256.array(point.subarray(1)).slice(-20));
}

/** Whether the signature is valid for the address, by the specification. */
export function independentVerdict({ address, message, signature }: Eip191Case): boolean {
  const v = signature[64];
  const s = numberFrom(signature.subarray(32, 64));
  if (signature.length !== 65 || (v !== 27 && v !== 28) || 2n * s > curveOrder) return false;
  const found = recovered(message, signature);
  return found !== undefined && Buffer.compare(found, address) === 0;
}

/** The address to which r and s recover, high s included; v is 27 or 28. */
export function recovered(message: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const r = numberFrom(signature.subarray(0, 32));
  const s = numberFrom(signature.subarray(32, 64));
  if (r === 0n || r >= curveOrder || s === 0n || s >= curveOrder) return undefined;
  if (!isXOnlyPoint(signature.subarray(0, 32))) return undefined;
  const id = signature[64] === 27 ? 0 : 1;
  const point = recover(independentDigest(message), signature.subarray(0, 64), id, false);
  return point === null ? undefined : independentAddress(point);
}

export function numberFrom(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

export function bytesFrom(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
}
