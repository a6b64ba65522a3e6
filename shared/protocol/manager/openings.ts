import { equalBytes } from '../primitives/bytes.ts';
import { type Held, pieceHash } from './held.ts';
import type { Lock } from './manager.ts';

/** A change of the lock, and the encoded certificate that the vote then cast commits to. */
export interface Relocking {
  readonly before: Lock | undefined;
  readonly after: Lock | undefined;
  readonly certificate: Uint8Array | undefined;
}

/**
 * The certificates to store beside the head: those that it does not hold inside, or no more. Votes
 * commit to them, and a validator keeps what opens a vote of its own for ever.
 */
export function openingsBeside(change: Relocking): readonly Uint8Array[] {
  const [before, after] = [heldBy(change.before), heldBy(change.after)];
  const left = before?.kind === 'inline' ? [before.bytes] : [];
  const openings = change.certificate ? [change.certificate, ...left] : left;
  return openings.filter((bytes) => !isInside(after, bytes) && !isStored(before, bytes));
}

function heldBy(lock: Lock | undefined): Held | undefined {
  return lock?.kind === 'validated' ? lock.certificate : undefined;
}

function isInside(held: Held | undefined, bytes: Uint8Array): boolean {
  return held?.kind === 'inline' && equalBytes(held.bytes, bytes);
}

function isStored(held: Held | undefined, bytes: Uint8Array): boolean {
  return held?.kind === 'piece' && held.hash === pieceHash(bytes);
}
