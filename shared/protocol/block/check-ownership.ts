import { encode } from '../encoding/codec.ts';
import { compareBytes } from '../primitives/bytes.ts';
import { u64Max } from '../primitives/numbers.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { type AccountOwner, accountOwnerCodec, ownerText } from './owner.ts';
import { isSuperOwner, type Ownership, ownersMax, type TimeoutConfig } from './ownership.ts';

/** Most multi-leader rounds of a height. */
export const multiLeaderRoundsMax = 1_000;

/** The longest a round lasts, in microseconds: 60 s. */
export const roundDurationMax = 60_000_000n;

/** Why nobody can own a chain like that. A chain that nobody owns is public: not built yet. */
export type OwnershipRejection = Rejection<'invalid-ownership' | 'not-supported'>;

type Checked = Result<undefined, OwnershipRejection>;

/** Whether a chain may be given `ownership`: at its genesis, when it is opened, or by a change. */
export function checkOwnership(ownership: Ownership): Checked {
  const { superOwners, owners, firstLeader, multiLeaderRounds, timeouts } = ownership;
  const regular = owners.map(({ owner }) => owner);
  for (const list of [superOwners, regular]) {
    const listed = checkList(list);
    if (!listed.ok) return listed;
  }
  const both = regular.find((owner) => isSuperOwner(ownership, owner));
  if (both) return invalid(`${ownerText(both)} in both lists`, 'each owner in one');
  const kinds = checkKinds([...superOwners, ...regular, ...(firstLeader ? [firstLeader] : [])]);
  if (!kinds.ok) return kinds;
  const weights = checkWeights(ownership);
  if (!weights.ok) return weights;
  if (multiLeaderRounds > multiLeaderRoundsMax) {
    return invalid(`${multiLeaderRounds} multi-leader rounds`, `up to ${multiLeaderRoundsMax}`);
  }
  const times = checkTimeouts(timeouts);
  if (!times.ok) return times;
  if (superOwners.length === 0 && owners.length === 0) {
    return refuse('not-supported', 'a chain that nobody owns', 'at least one owner');
  }
  if (superOwners.length > 0 && multiLeaderRounds === 0 && timeouts.fast === undefined) {
    return invalid('a fast round that never ends', 'a duration, or multi-leader rounds');
  }
  return ok(undefined);
}

function checkList(owners: readonly AccountOwner[]): Checked {
  if (owners.length > ownersMax) return invalid(`${owners.length} owners`, `up to ${ownersMax}`);
  const encoded = owners.map((owner) => encode(accountOwnerCodec, owner));
  const sorted = encoded.every((bytes, index) => {
    const before = encoded[index - 1];
    return before === undefined || compareBytes(before, bytes) < 0;
  });
  return sorted ? ok(undefined) : invalid('owners in disorder or twice', 'strictly sorted owners');
}

/** Only who can sign proposes. */
function checkKinds(owners: readonly AccountOwner[]): Checked {
  const other = owners.find(({ kind }) => kind !== 'key' && kind !== 'evm');
  return other ? invalid(ownerText(other), 'an owner with a key') : ok(undefined);
}

function checkWeights({ owners }: Ownership): Checked {
  const light = owners.find(({ weight }) => weight < 1n);
  if (light) return invalid(`${ownerText(light.owner)} with weight 0`, 'at least 1 each');
  const total = owners.reduce((sum, { weight }) => sum + weight, 0n);
  return total <= u64Max ? ok(undefined) : invalid(`a weight of ${total}`, `at most ${u64Max}`);
}

function checkTimeouts({ fast, base, increment, fallback }: TimeoutConfig): Checked {
  for (const [name, length] of Object.entries({ fast, base })) {
    if (length !== undefined && (length < 1n || length > roundDurationMax)) {
      return invalid(`${name} rounds of ${length} µs`, `1 to ${roundDurationMax} µs`);
    }
  }
  if (increment > roundDurationMax) {
    return invalid(`an increment of ${increment} µs`, `up to ${roundDurationMax} µs`);
  }
  if (fallback === 0n) return invalid('a fallback at once', 'some time before it');
  return ok(undefined);
}

function invalid(found: string, expected: string) {
  return refuse('invalid-ownership', found, expected);
}
