import type { Signer } from '#ports/signer.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { WalletStore } from '#ports/wallet-store.ts';
import { type AccountOwner, accountOwnerCodec, ownerOf, ownerText } from '#protocol/block/owner.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { bytesFromHash } from '#protocol/crypto/hash.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { asciiBytes, concatBytes } from '#protocol/primitives/bytes.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { ok } from '#protocol/primitives/result.ts';
import { seal, stretch, unseal } from './encryption.ts';
import type { KeyMaker, KeyScheme, KeySeed } from './keys.ts';
import { type AboutWallet, keyRecordCodec, readRecord, recordKeys } from './records.ts';

export type KeyRejection = Rejection<'wrong-passphrase' | 'not-our-chain'>;

/** The keys of a wallet. Each is opened when it is first needed. */
export interface Keyring {
  signer(owner: AccountOwner): Promise<Result<Signer, KeyRejection>>;
  /** The owners of all keys, in their order. */
  owners(): Promise<readonly AccountOwner[]>;
  seed(owner: AccountOwner): Promise<Result<KeySeed, KeyRejection>>;
  /** The record that keeps a new key, and the owner that it stands for. */
  sealed(key: KeySeed): Promise<Result<SealedKey, KeyRejection>>;
  /** Signs no more with a key that was opened. */
  forget(owner: AccountOwner): void;
}

export interface SealedKey {
  readonly owner: AccountOwner;
  readonly record: Uint8Array;
}

export interface WalletParts {
  readonly store: WalletStore;
  readonly keys: KeyMaker;
  /** Asked once, when a key is needed for the first time. */
  readonly passphrase: (() => Promise<string>) | undefined;
}

export function newKeyring(about: AboutWallet, { store, keys, passphrase }: WalletParts): Keyring {
  const signers = new Map<string, Signer>();
  let opened: Promise<Result<Lock, KeyRejection>> | undefined;

  async function unlock(): Promise<Result<Lock, KeyRejection>> {
    opened ??= openLock(about, passphrase);
    const lock = await opened;
    // Whoever mistyped may try again.
    if (!lock.ok) opened = undefined;
    return lock;
  }

  async function seed(owner: AccountOwner): Promise<Result<KeySeed, KeyRejection>> {
    const name = ownerText(owner);
    const bytes = await store.read(recordKeys.key(owner));
    if (!bytes) return refuse('not-our-chain', `no key for ${name}`, 'a key in the wallet');
    const record = readRecord(keyRecordCodec, bytes);
    const kind = schemeOf(record.publicKey);
    const lock = await unlock();
    if (!lock.ok) return lock;
    const { key } = lock.value;
    if (!key) return ok({ kind, seed: record.seed });
    const plain = unseal(key, aboutKey(about, owner), record.seed);
    if (plain) return ok({ kind, seed: plain });
    return refuse('wrong-passphrase', `a key for ${name} that does not open`, 'what was sealed');
  }

  return {
    seed,
    forget(owner) {
      signers.delete(ownerText(owner));
    },
    async owners() {
      const records = await store.list(recordKeys.keys);
      return records.map(({ bytes }) => ownerOf(readRecord(keyRecordCodec, bytes).publicKey));
    },
    async signer(owner) {
      const known = signers.get(ownerText(owner));
      if (known) return ok(known);
      const found = await seed(owner);
      if (!found.ok) return found;
      const signer = keys.signer(found.value.seed, found.value.kind);
      signers.set(ownerText(owner), signer);
      return ok(signer);
    },
    async sealed({ kind, seed: plain }) {
      const lock = await unlock();
      if (!lock.ok) return lock;
      const { publicKey } = keys.signer(plain, kind);
      const owner = ownerOf(publicKey);
      const { key } = lock.value;
      const kept = key ? seal(key, aboutKey(about, owner), plain, keys.random) : plain;
      return ok({ owner, record: encode(keyRecordCodec, { publicKey, seed: kept }) });
    },
  };
}

/** The key of the whole wallet; none if nothing is sealed. */
interface Lock {
  readonly key: Uint8Array | undefined;
}

async function openLock(
  about: AboutWallet,
  passphrase: WalletParts['passphrase'],
): Promise<Result<Lock, KeyRejection>> {
  const { protection } = about;
  if (protection.kind === 'none') return ok({ key: undefined });
  if (!passphrase) return refuse('wrong-passphrase', 'none', 'the passphrase of the wallet');
  const key = stretch(await passphrase(), protection.stretching);
  if (unseal(key, aboutCheck(about.network), protection.check)) return ok({ key });
  return refuse('wrong-passphrase', 'another one', 'the passphrase of the wallet');
}

const checkText = asciiBytes('weft wallet');

/** Bound to what tells a right passphrase from a wrong one. */
export function aboutCheck(network: Hash): Uint8Array {
  return concatBytes(asciiBytes('check '), bytesFromHash(network));
}

function aboutKey({ network }: AboutWallet, owner: AccountOwner): Uint8Array {
  const named = encode(accountOwnerCodec, owner);
  return concatBytes(asciiBytes('key '), bytesFromHash(network), named);
}

/** @throws StoreFault if no wallet makes such keys. */
function schemeOf({ scheme }: PublicKey): KeyScheme {
  if (scheme === 'ed25519' || scheme === 'secp256k1-eip191') return scheme;
  throw new StoreFault(`a wallet record holds a key of ${scheme}`);
}

/** What opens with the right key only. */
export function newCheck(
  key: Uint8Array,
  network: Hash,
  random: (length: number) => Uint8Array,
): Uint8Array {
  return seal(key, aboutCheck(network), checkText, random);
}
