import { type ValidatedCertificate, validatedCertificateCodec } from '../block/certificate.ts';
import { equalBytes } from '../primitives/bytes.ts';
import { type Held, pieceHash } from './held.ts';
import type { Lock, Manager } from './manager.ts';
import { decodeKept } from './read-held.ts';

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

/**
 * The certificate inside the head of a height that ends: it is stored with the block, for a vote
 * may commit to it. Any other is a piece already.
 */
export function openingInside({ lock }: Manager): ValidatedCertificate | undefined {
  const held = heldBy(lock);
  return held?.kind === 'inline' ? decodeKept(validatedCertificateCodec, held.bytes) : undefined;
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
