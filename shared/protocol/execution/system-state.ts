import { type ChainId, chainIdBytes } from '../block/chain-id.ts';
import { type Cursor, cursorCodec, firstCursor } from '../block/cursor.ts';
import { type Account, type AccountOwner, accountOwnerCodec } from '../block/owner.ts';
import { ownershipCodec } from '../block/ownership.ts';
import { applicationPermissionsCodec } from '../block/permissions.ts';
import { type Codec, type Decoded, decode, encode } from '../encoding/codec.ts';
import { bool } from '../encoding/integers.ts';
import { amountCodec, blockHeightCodec, epochCodec } from '../encoding/numbers.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { assert } from '../primitives/assert.ts';
import { concatBytes } from '../primitives/bytes.ts';
import { type Amount, amount } from '../primitives/numbers.ts';
import type { StateView } from '../state/state-view.ts';

/** What governs a chain. */
export const settingsCodec = struct({
  ownership: ownershipCodec,
  epoch: epochCodec,
  closed: bool,
  permissions: applicationPermissionsCodec,
});
export type Settings = Decoded<typeof settingsCodec>;

/** What a chain remembers of its blocks' messages to one recipient. */
export const sentCodec = struct({
  /** Height of the last block with messages for it. */
  height: blockHeightCodec,
  /** The last bundle for it that may not be passed over. */
  lastUnskippable: option(cursorCodec),
});
export type Sent = Decoded<typeof sentCodec>;

/** The system's keys begin with 0; docs/protocol.md lists them. */
const keys = {
  settings: Uint8Array.of(0, 1),
  chainBalance: Uint8Array.of(0, 2),
  ownerBalance: Uint8Array.of(0, 3),
  allowance: Uint8Array.of(0, 4),
  nextToRemove: Uint8Array.of(0, 5),
  sent: Uint8Array.of(0, 6),
  burned: Uint8Array.of(0, 7),
} as const;

/** The settings, or undefined if the node that holds them is not at hand. */
export function readSettings(view: StateView): Settings | undefined {
  return read(view, keys.settings, settingsCodec);
}

export function writeSettings(view: StateView, settings: Settings): void {
  view.set(keys.settings, encode(settingsCodec, settings));
}

/** Tokens of `owner` on the chain. */
export function readBalance(view: StateView, owner: Account['owner']): Amount {
  return read(view, balanceKey(owner), amountCodec) ?? amount(0n);
}

/** The first `most` owners with tokens on the chain, apart from the chain itself, by their keys. */
export function readAccounts(view: StateView, most: number): readonly AccountOwner[] {
  const owners: AccountOwner[] = [];
  for (const [key] of view.scan(keys.ownerBalance)) {
    if (owners.length >= most) break;
    const owner = decode(accountOwnerCodec, key.subarray(keys.ownerBalance.length));
    assert(owner.ok, 'the state holds what was encoded into it');
    owners.push(owner.value);
  }
  return owners;
}

/** A balance of nothing is no entry. */
export function writeBalance(view: StateView, owner: AccountOwner, balance: Amount): void {
  writeAmount(view, balanceKey(owner), balance);
}

/** Who lets whom move his tokens on the chain. */
export interface Allowance {
  readonly owner: AccountOwner;
  readonly spender: AccountOwner;
}

/** Up to how much the spender may move. */
export function readAllowance(view: StateView, allowance: Allowance): Amount {
  return read(view, allowanceKey(allowance), amountCodec) ?? amount(0n);
}

/** An allowance of nothing is no entry. */
export function writeAllowance(view: StateView, allowance: Allowance, allowed: Amount): void {
  writeAmount(view, allowanceKey(allowance), allowed);
}

/** What the chain's blocks have paid in fees, which nobody has any more. */
export function readBurned(view: StateView): Amount {
  return read(view, keys.burned, amountCodec) ?? amount(0n);
}

export function writeBurned(view: StateView, burned: Amount): void {
  writeAmount(view, keys.burned, burned);
}

/** The first place among `origin`'s bundles that is not yet taken or passed over. */
export function readNextToRemove(view: StateView, origin: ChainId): Cursor {
  return read(view, chainKey(keys.nextToRemove, origin), cursorCodec) ?? firstCursor;
}

export function writeNextToRemove(view: StateView, origin: ChainId, next: Cursor): void {
  view.set(chainKey(keys.nextToRemove, origin), encode(cursorCodec, next));
}

export function readSent(view: StateView, recipient: ChainId): Sent | undefined {
  return read(view, chainKey(keys.sent, recipient), sentCodec);
}

export function writeSent(view: StateView, recipient: ChainId, sent: Sent): void {
  view.set(chainKey(keys.sent, recipient), encode(sentCodec, sent));
}

function balanceKey(owner: AccountOwner): Uint8Array {
  if (owner.kind === 'chain') return keys.chainBalance;
  return concatBytes(keys.ownerBalance, encode(accountOwnerCodec, owner));
}

function allowanceKey({ owner, spender }: Allowance): Uint8Array {
  const parties = [encode(accountOwnerCodec, owner), encode(accountOwnerCodec, spender)];
  return concatBytes(keys.allowance, ...parties);
}

function writeAmount(view: StateView, key: Uint8Array, value: Amount): void {
  if (value === 0n) view.delete(key);
  else view.set(key, encode(amountCodec, value));
}

function chainKey(prefix: Uint8Array, chain: ChainId): Uint8Array {
  return concatBytes(prefix, chainIdBytes(chain));
}

function read<T>(view: StateView, key: Uint8Array, codec: Codec<T>): T | undefined {
  const bytes = view.get(key);
  if (bytes === undefined) return undefined;
  const decoded = decode(codec, bytes);
  assert(decoded.ok, 'the state holds what was encoded into it');
  return decoded.value;
}
