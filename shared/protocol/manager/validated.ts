import { type BlockBody, blockBodyCodec } from '../block/block.ts';
import {
  unlockingBy,
  type ValidatedCertificate,
  validatedCertificateCodec,
} from '../block/certificate.ts';
import type { Ownership } from '../block/ownership.ts';
import { compareRounds, isSameRound, roundText } from '../block/round.ts';
import type { Hash } from '../crypto/hash.ts';
import { encode } from '../encoding/codec.ts';
import { assert } from '../primitives/assert.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { hold, pieceHash } from './held.ts';
import type { Lock, LockValue, Manager } from './manager.ts';
import { openingsBeside } from './openings.ts';
import { currentRound, lockRound } from './rounds.ts';

/** Why a validated certificate changes nothing. */
export type ValidatedRejection = Rejection<'round-already-voted' | 'not-above-lock'>;

/** Whether the vote that `certificate` asks for was decided before. */
export function isConfirmDecided({ confirm }: Manager, certificate: ValidatedCertificate): boolean {
  return (
    confirm !== undefined &&
    confirm.block === certificate.block &&
    isSameRound(confirm.round, certificate.round)
  );
}

/** Whether the lock is on the same block and round already: another quorum of it adds nothing. */
export function isLockedOn({ lock }: Manager, { round, block }: ValidatedCertificate): boolean {
  return lock?.kind === 'validated' && lock.block === block && isSameRound(lock.round, round);
}

/** Whether the block of a certificate without it is at hand. */
export function isValueKnown({ accepted, lock }: Manager, block: Hash): boolean {
  return accepted?.block === block || lock?.block === block;
}

/** Whether a valid certificate may become the lock. */
export function checkValidated(
  { validate, lock }: Manager,
  { round }: ValidatedCertificate,
): Result<undefined, ValidatedRejection> {
  if (validate && compareRounds(round, validate.round) < 0) {
    return refuse('round-already-voted', roundText(round), `${roundText(validate.round)} or later`);
  }
  if (lock && compareRounds(round, lockRound(lock)) <= 0) {
    return refuse('not-above-lock', roundText(round), `after ${roundText(lockRound(lock))}`);
  }
  return ok(undefined);
}

/**
 * The manager locked on a valid certificate, and the bytes it holds beside the head. A confirm
 * vote is decided only if no later round has begun; it commits to the certificate, in every round.
 */
export function lockValidated(
  manager: Manager,
  ownership: Ownership,
  {
    certificate,
    body,
  }: { readonly certificate: ValidatedCertificate; readonly body: BlockBody | undefined },
): { readonly manager: Manager; readonly pieces: readonly Uint8Array[] } {
  const { round, block } = certificate;
  const bytes = encode(validatedCertificateCodec, certificate);
  const pieces: Uint8Array[] = [];
  let value: LockValue = { kind: 'accepted' };
  if (manager.accepted?.block !== block) {
    assert(body !== undefined || manager.lock?.block === block, "a lock's block is at hand");
    const blockBytes = body && encode(blockBodyCodec, body);
    if (blockBytes) pieces.push(blockBytes);
    value = blockBytes ? { kind: 'block', piece: pieceHash(blockBytes) } : lockedValue(manager);
  }
  const lock: Lock = { kind: 'validated', round, block, certificate: hold(bytes), value };
  pieces.push(...openingsBeside({ before: manager.lock, after: lock, certificate: bytes }));
  const locked = { ...manager, lock };
  if (!isSameRound(currentRound(locked, ownership), round)) return { manager: locked, pieces };
  const confirm = { round, block, unlocking: unlockingBy(certificate) };
  return { manager: { ...locked, confirm }, pieces };
}

function lockedValue({ lock }: Manager): LockValue {
  assert(lock !== undefined, 'a known value is accepted or locked');
  return lock.value;
}
