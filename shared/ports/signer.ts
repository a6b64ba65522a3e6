import type { PublicKey, Signature } from '#protocol/crypto/signature.ts';

/** Holds one private key. Signing the same message again gives the same bytes. */
export interface Signer {
  readonly publicKey: PublicKey;
  sign(message: Uint8Array): Promise<Signature>;
}

/** A validator's key, which signs only over the store that it was bound to. */
export interface BoundSigner extends Signer {
  /**
   * False if the store is not the one whose votes this key signed: it must never sign.
   *
   * @throws StoreFault if that cannot be told now: nothing is signed then either.
   */
  isBound(): Promise<boolean>;
}
