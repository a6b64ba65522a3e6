import { type Vote, type VotePayload, voteDigest } from '#protocol/block/vote.ts';
import { publicKeyCodec } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import type { Failure } from '../sync/failure.ts';
import type { Member } from '../sync/members.ts';

/** A vote as it was received, and what makes it the one that was asked for. */
export interface ReceivedVote {
  readonly vote: Vote;
  /** What was asked for, in words. */
  readonly expected: string;
  isFor(payload: VotePayload): boolean;
}

/** A vote counts if it is the member's own, valid, and for exactly what was asked. */
export async function checkVote(
  { local }: Pick<ClientContext, 'local'>,
  { node }: Member,
  { vote, expected, isFor }: ReceivedVote,
): Promise<Result<Vote, Failure>> {
  const { payload, publicKey, signature } = vote;
  const own = encode(publicKeyCodec, node.publicKey);
  if (!equalBytes(encode(publicKeyCodec, publicKey), own)) {
    return fail('foreign-vote', 'a vote of another key', "the validator's own");
  }
  if (!isFor(payload)) return fail('other-vote', 'a vote for something else', expected);
  const message = voteDigest(payload);
  const [verdict] = await local.ports.verifier.verifyAll([{ publicKey, message, signature }]);
  return verdict === 'valid'
    ? ok(vote)
    : fail('invalid-vote', `${verdict} signature`, 'a valid one');
}

/** A failure that this client finds, not the validator. */
export function fail(kind: string, found: string, expected: string): Result<never, Failure> {
  return reject({ kind, found, expected });
}
