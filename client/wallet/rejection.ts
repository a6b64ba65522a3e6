import type { Rejection } from '#protocol/primitives/rejection.ts';

/** Why the wallet does not do what it is asked. */
export type WalletRejection = Rejection<
  | 'wallet-busy'
  | 'unknown-name'
  | 'ambiguous-name'
  | 'invalid-name'
  | 'name-taken'
  | 'not-our-chain'
  | 'wrong-passphrase'
  | 'unencrypted-wallet'
  | 'other-network'
  | 'malformed-wallet'
  | 'wallet-exists'
  | 'fast-not-allowed'
>;
