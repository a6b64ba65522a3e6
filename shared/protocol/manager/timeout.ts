import { type TimeoutCertificate, timeoutCertificateCodec } from '../block/certificate.ts';
import type { Ownership } from '../block/ownership.ts';
import { compareRounds, isFallback, type Round, roundText } from '../block/round.ts';
import { encode } from '../encoding/codec.ts';
import type { Timestamp } from '../primitives/numbers.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { beside, hold } from './held.ts';
import type { Manager } from './manager.ts';
import { canTimeOut, currentRound } from './rounds.ts';

/** Why a round is not given up. */
export type TimeoutRejection = Rejection<'round-not-reached' | 'never-times-out' | 'too-early'>;

/**
 * Whether a timeout vote for `round` may be signed: for the current round after its deadline, at
 * once for any earlier round that can time out, and for the fallback once its time has passed
 * since the height's first request. Such a vote conflicts with no other, so it is not recorded.
 * `manager` carries the deadline of its current round.
 */
export function checkTimeout(
  manager: Manager,
  ownership: Ownership,
  { round, now }: { readonly round: Round; readonly now: Timestamp },
): Result<undefined, TimeoutRejection> {
  const current = currentRound(manager, ownership);
  const order = compareRounds(round, current);
  if (order > 0 && !isFallback(round)) {
    return refuse('round-not-reached', roundText(round), `up to ${roundText(current)}`);
  }
  const ends = checkTimesOut(round, ownership);
  if (!ends.ok) return ends;
  if (order < 0) return ok(undefined);
  const due = isFallback(round) ? fallbackAt(manager, ownership) : manager.deadline?.at;
  if (due === undefined || now < due) {
    return refuse('too-early', `${now} µs`, `${due ?? 'no deadline yet'} µs or later`);
  }
  return ok(undefined);
}

/** Whether the chain's rounds let a quorum give up `round`, whatever the validators' clocks say. */
export function checkTimesOut(
  round: Round,
  ownership: Ownership,
): Result<undefined, Rejection<'never-times-out'>> {
  if (canTimeOut(round, ownership)) return ok(undefined);
  return refuse('never-times-out', roundText(round), 'a round of the chain that times out');
}

function fallbackAt({ since }: Manager, { timeouts }: Ownership): bigint | undefined {
  if (since === undefined || timeouts.fallback === undefined) return undefined;
  return since + timeouts.fallback;
}

/** The manager after a valid timeout certificate, and the bytes it holds; an older one is moot. */
export function applyTimeout(
  manager: Manager,
  certificate: TimeoutCertificate,
): { readonly manager: Manager; readonly pieces: readonly Uint8Array[] } {
  const { round } = certificate;
  if (manager.timeout && compareRounds(round, manager.timeout.round) <= 0) {
    return { manager, pieces: [] };
  }
  const bytes = encode(timeoutCertificateCodec, certificate);
  const held = hold(bytes);
  return { manager: { ...manager, timeout: { round, held } }, pieces: beside(bytes) };
}
