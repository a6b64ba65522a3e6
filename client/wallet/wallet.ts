import type { Signer } from '#ports/signer.ts';
import type { WalletChange, WalletLock, WalletStore } from '#ports/wallet-store.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import { type AccountOwner, isSameOwner, ownerText } from '#protocol/block/owner.ts';
import { proposedBlockHash } from '#protocol/block/proposed-block.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type Codec, encode } from '#protocol/encoding/codec.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { type BlockHeight, type Duration, duration } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { acceptAll, type InboxPolicy, inboxPolicyCodec } from './inbox-policy.ts';
import { type Keyring, newKeyring, type SealedKey, type WalletParts } from './keyring.ts';
import type { KeySeed } from './keys.ts';
import { checkName, findChain, type NameRejection } from './names.ts';
import {
  type AboutWallet,
  type ChainRecord,
  chainRecordCodec,
  type PendingBlock,
  pendingBlockCodec,
  readRecord,
  recordKeys,
  type WalletChain,
} from './records.ts';
import type { WalletRejection } from './rejection.ts';

export interface NewChain {
  readonly id: ChainId;
  readonly name: string;
  /** Of the owner's ed25519 key; none for a chain that is only followed. */
  readonly seed: Uint8Array | undefined;
}

/** A chain on which a key that the wallet has is to propose. */
export interface AssignedChain extends Omit<NewChain, 'seed'> {
  readonly owner: AccountOwner;
}

/** Chains, their keys, and what was proposed on them; several processes may use it at once. */
export interface Wallet {
  readonly network: Hash;
  /** Whether a passphrase protects the keys. */
  readonly isEncrypted: boolean;
  readonly keyring: Keyring;
  chains(): Promise<readonly WalletChain[]>;
  record(chain: ChainId): Promise<ChainRecord | undefined>;
  /** The chain that a name, an id or the only prefix of an id stands for. */
  resolveChain(text: string): Promise<Result<ChainId, NameRejection>>;
  /** The first chain added is the default. */
  addChain(chain: NewChain): Promise<Result<undefined, WalletRejection>>;
  /** Adds a chain, or has another key propose on it. */
  assignChain(chain: AssignedChain): Promise<Result<undefined, WalletRejection>>;
  /** Keeps a key, whether it owns a chain yet or not; the owner that it stands for. */
  addKey(key: KeySeed): Promise<Result<AccountOwner, WalletRejection>>;
  setDefault(chain: ChainId): Promise<void>;
  /** Lists the chain no more. Its keys stay. */
  forgetChain(chain: ChainId): Promise<void>;
  /** Deletes a key, for ever unless it is kept elsewhere; its chains are only followed then. */
  forgetKey(owner: AccountOwner): Promise<void>;
  inboxPolicy(chain: ChainId): Promise<InboxPolicy>;
  setInboxPolicy(chain: ChainId, policy: InboxPolicy): Promise<void>;
  /** Whose key proposes on `chain`. */
  signerFor(chain: ChainId): Promise<Result<Signer, WalletRejection>>;
  /** Turns fast rounds on for heights from `from` on, or off. Whether they may be is not checked. */
  setFast(chain: ChainId, from: BlockHeight | undefined): Promise<void>;
  pending(chain: ChainId): Promise<PendingBlock | undefined>;
  /** Saves what is about to be proposed, as the fast proposal of its height if it is one. */
  savePending(chain: ChainId, pending: PendingBlock): Promise<void>;
  /** Forgets what was proposed at heights up to `height`, which are decided. */
  clearPending(chain: ChainId, height: BlockHeight): Promise<void>;
  /** Keeps other processes from proposing on `chain`. */
  lock(chain: ChainId, wait?: Duration): Promise<Result<WalletLock, Rejection<'wallet-busy'>>>;
  close(): Promise<void>;
}

const lockWait = duration(5_000_000n);

export function walletOver(about: AboutWallet, parts: WalletParts): Wallet {
  const { store } = parts;
  const keyring = newKeyring(about, parts);
  async function chains(): Promise<readonly WalletChain[]> {
    const first = await defaultOf(store);
    const records = await store.list(recordKeys.chains);
    return records.flatMap(({ key, bytes }) => {
      const id = chainIdFromText(key.slice(recordKeys.chains.length));
      if (!id) return [];
      return [{ id, ...readRecord(chainRecordCodec, bytes), isDefault: id === first }];
    });
  }
  const chainRecord = (chain: ChainId) =>
    recordOf(store, recordKeys.chain(chain), chainRecordCodec);
  return {
    network: about.network,
    isEncrypted: about.protection.kind === 'passphrase',
    keyring,
    chains,
    record: chainRecord,
    resolveChain: async (text) => findChain(await chains(), text),
    async addChain({ id, name, seed }) {
      const key = seed && (await keyring.sealed({ kind: 'ed25519', seed }));
      if (key && !key.ok) return key;
      const added = { id, name, owner: key?.value.owner, fast: undefined };
      return await saveChain(store, await chains(), { ...added, key: key?.value });
    },
    async assignChain(chain) {
      const key = await store.read(recordKeys.key(chain.owner));
      if (!key) return refuse('not-our-chain', ownerText(chain.owner), 'a key in the wallet');
      const before = await chainRecord(chain.id);
      // What another key signed in fast rounds, and where, is not on record here.
      const isSame = before?.owner !== undefined && isSameOwner(before.owner, chain.owner);
      const fast = isSame ? before.fast : undefined;
      return await saveChain(store, await chains(), { ...chain, fast, key: undefined });
    },
    addKey: (key) => addKey(store, keyring, key),
    async setDefault(chain) {
      await store.write([put(recordKeys.first, asciiBytes(chain))]);
    },
    forgetChain: (chain) => forgetChain(store, chain),
    async forgetKey(owner) {
      await forgetKey(store, await chains(), owner);
      keyring.forget(owner);
    },
    inboxPolicy: async (chain) =>
      (await recordOf(store, recordKeys.inbox(chain), inboxPolicyCodec)) ?? acceptAll,
    async setInboxPolicy(chain, policy) {
      await store.write([put(recordKeys.inbox(chain), encode(inboxPolicyCodec, policy))]);
    },
    async signerFor(chain) {
      const record = await chainRecord(chain);
      if (!record?.owner) return refuse('not-our-chain', chain, 'a chain with a key in the wallet');
      return keyring.signer(record.owner);
    },
    setFast: (chain, from) =>
      changeChain(store, chain, (record) => ({
        ...record,
        fast: from === undefined ? undefined : { from, signed: undefined },
      })),
    pending: (chain) => recordOf(store, recordKeys.pending(chain), pendingBlockCodec),
    savePending: (chain, pending) => savePending(store, chain, pending),
    clearPending: (chain, height) => clearPending(store, chain, height),
    async lock(chain, wait = lockWait) {
      const lock = await store.lock(chain, wait);
      if (lock) return ok(lock);
      return refuse('wallet-busy', `${chain} in use`, `free within ${wait / 1_000n} ms`);
    },
    close: () => store.close(),
  };
}

async function forgetChain(store: WalletStore, chain: ChainId): Promise<void> {
  const keys = [recordKeys.chain(chain), recordKeys.pending(chain), recordKeys.inbox(chain)];
  const changes = keys.map(gone);
  if ((await defaultOf(store)) === chain) changes.push(gone(recordKeys.first));
  await store.write(changes);
}

async function forgetKey(
  store: WalletStore,
  present: readonly WalletChain[],
  owner: AccountOwner,
): Promise<void> {
  const changes = [gone(recordKeys.key(owner))];
  for (const { id, name, owner: ours } of present) {
    if (!ours || !isSameOwner(ours, owner)) continue;
    const followed = { name, owner: undefined, fast: undefined };
    changes.push(put(recordKeys.chain(id), encode(chainRecordCodec, followed)));
  }
  await store.write(changes);
}

async function addKey(
  store: WalletStore,
  keyring: Keyring,
  key: KeySeed,
): Promise<Result<AccountOwner, WalletRejection>> {
  const sealed = await keyring.sealed(key);
  if (!sealed.ok) return sealed;
  const { owner, record } = sealed.value;
  await store.write([put(recordKeys.key(owner), record)]);
  return ok(owner);
}

async function clearPending(
  store: WalletStore,
  chain: ChainId,
  height: BlockHeight,
): Promise<void> {
  const key = recordKeys.pending(chain);
  const pending = await recordOf(store, key, pendingBlockCodec);
  if (!pending || pending.proposal.block.height > height) return;
  await store.write([gone(key)]);
}

interface SavedChain extends ChainRecord {
  readonly id: ChainId;
  /** A key that comes with it. */
  readonly key: SealedKey | undefined;
}

async function saveChain(
  store: WalletStore,
  present: readonly WalletChain[],
  { id, key, ...record }: SavedChain,
): Promise<Result<undefined, WalletRejection>> {
  const { name } = record;
  const checked = checkName(name);
  if (!checked.ok) return checked;
  const taken = present.find((one) => one.name === name && one.id !== id);
  if (taken) return refuse('name-taken', `${name} is ${taken.id}`, 'a name of its own');
  const changes = [put(recordKeys.chain(id), encode(chainRecordCodec, record))];
  if (key) changes.push(put(recordKeys.key(key.owner), key.record));
  if (present.length === 0) changes.push(put(recordKeys.first, asciiBytes(id)));
  await store.write(changes);
  return ok(undefined);
}

async function savePending(
  store: WalletStore,
  chain: ChainId,
  pending: PendingBlock,
): Promise<void> {
  const changes = [put(recordKeys.pending(chain), encode(pendingBlockCodec, pending))];
  const { proposal } = pending;
  if (proposal.round.kind === 'fast') {
    const record = await recordOf(store, recordKeys.chain(chain), chainRecordCodec);
    const signed = { height: proposal.block.height, block: proposedBlockHash(proposal.block) };
    if (record?.fast) {
      const fast = { ...record.fast, signed };
      changes.push(put(recordKeys.chain(chain), encode(chainRecordCodec, { ...record, fast })));
    }
  }
  await store.write(changes);
}

async function changeChain(
  store: WalletStore,
  chain: ChainId,
  change: (record: ChainRecord) => ChainRecord,
): Promise<void> {
  const record = await recordOf(store, recordKeys.chain(chain), chainRecordCodec);
  if (!record) return;
  await store.write([put(recordKeys.chain(chain), encode(chainRecordCodec, change(record)))]);
}

async function defaultOf(store: WalletStore): Promise<ChainId | undefined> {
  const bytes = await store.read(recordKeys.first);
  return bytes && chainIdFromText(String.fromCharCode(...bytes));
}

async function recordOf<T>(
  store: WalletStore,
  key: string,
  codec: Codec<T>,
): Promise<T | undefined> {
  const bytes = await store.read(key);
  return bytes && readRecord(codec, bytes);
}

function put(key: string, bytes: Uint8Array): WalletChange {
  return { key, bytes, base: 'any' };
}

function gone(key: string): WalletChange {
  return { key, bytes: undefined, base: 'any' };
}
