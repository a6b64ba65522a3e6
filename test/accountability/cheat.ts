import {
  commitmentTo,
  type ValidatedCertificate,
  validatedPayload,
} from '#protocol/block/certificate.ts';
import { type Vote, type VotePayload, voteDigest } from '#protocol/block/vote.ts';
import type { Random } from '#test/simulation/random.ts';
import type { TestValidator } from '#test/support/committee.ts';

/** A vote, and the certificate that was made up for it. */
export interface CheatVote {
  readonly vote: Vote;
  readonly fabricated: ValidatedCertificate | undefined;
}

/** The same vote as somebody else's; now and then a confirmation over a quorum that is none. */
export async function alsoVoted(
  cheat: TestValidator,
  payload: VotePayload,
  random: Random,
): Promise<CheatVote> {
  const { value, round } = payload;
  if (value.kind !== 'confirm' || !value.unlocking || random.chance(0.7)) {
    return { vote: await signed(cheat, payload), fabricated: undefined };
  }
  const fabricated = await fabricate(cheat, payload, random);
  const unlocking = { round, commitment: commitmentTo(fabricated) };
  const vote = await signed(cheat, { ...payload, value: { ...value, unlocking } });
  return { vote, fabricated };
}

async function fabricate(
  cheat: TestValidator,
  { chain, height, epoch, round, value }: VotePayload,
  random: Random,
): Promise<ValidatedCertificate> {
  if (value.kind === 'timeout') throw new Error('a time-out releases nobody');
  const { block } = value;
  const empty = { chain, height, epoch, round, block, unlocking: undefined, signatures: [] };
  const { signature } = await signed(cheat, validatedPayload(empty));
  const forged = { ...signature, bytes: random.bytes(64) };
  const signatures = [{ seat: cheat.seat, signature: random.chance(0.5) ? signature : forged }];
  return { ...empty, signatures };
}

async function signed({ ports }: TestValidator, payload: VotePayload): Promise<Vote> {
  const { signer } = ports;
  if (!signer) throw new Error('a validator has a key');
  const signature = await signer.sign(voteDigest(payload));
  return { payload, publicKey: signer.publicKey, signature };
}
