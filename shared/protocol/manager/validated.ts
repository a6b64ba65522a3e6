import { type BlockBody, blockBodyCodec } from '../block/block.ts';
import type { Lock, Manager } from './manager.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { type Result, ok } from '../primitives/result.ts';
import { type ValidatedCertificate, unlockingBy, validatedCertificateCodec } from '../block/certificate.ts';
import { compareRounds, isSameRound, roundText } from '../block/round.ts';
import { currentRound, lockRound } from './rounds.ts';
import type { Ownership } from '../block/ownership.ts';
import { encode } from '../encoding/codec.ts';
import { hold } from './held.ts';

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
  { certificate, body }: { readonly certificate: ValidatedCertificate; readonly body: BlockBody },
): { readonly manager: Manager; readonly held: readonly Uint8Array[] } {
  const { round, block } = certificate;
  const bytes = encode(validatedCertificateCodec, certificate);
  const held = [bytes];
  let value: Lock['value'] = { kind: 'accepted' };
  if (manager.accepted?.block !== block) {
    const blockBytes = encode(blockBodyCodec, body);
    value = { kind: 'block', held: hold(blockBytes) };
    held.push(blockBytes);
  }
  const lock: Lock = { kind: 'validated', round, block, certificate: hold(bytes), value };
  const locked = { ...manager, lock };
  if (!isSameRound(currentRound(locked, ownership), round)) return { manager: locked, held };
  const confirm = { round, block, unlocking: unlockingBy(certificate) };
  return { manager: { ...locked, confirm }, held };
}
