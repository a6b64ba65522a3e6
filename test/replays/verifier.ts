import type { ValidatedCertificate } from '#protocol/block/certificate.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { Signature } from '#protocol/crypto/signature.ts';
import { blockHeight, epoch } from '#protocol/primitives/numbers.ts';
import { type PayloadName, payloads, type Subject } from './payloads.ts';
import type { Stage } from './stage.ts';

/** A place where a signature is demanded. */
export interface ReplayVerifier {
  /** The source file that judges it. */
  readonly file: string;
  readonly accepts: PayloadName;
  /** Of what is verified; multi-leader 0 unless said. */
  readonly round?: Round;
  /** With what a signature for anything else is refused. */
  readonly refusal: string;
  /** The kind of chain request that carries it. */
  readonly request?: ChainRequest['kind'];
  /** Another stage than the others'. */
  stage?(): Promise<Stage>;
  /** What of the subject is not as for the others. */
  about?(subject: Subject): Subject;
  /** Offers what would be accepted, but for its signature; answers 'accepted', or what refuses it. */
  offer(stage: Stage, subject: Subject, signature: Signature): Promise<string>;
}

/** A verifier that is sent a chain request. */
export interface RequestVerifier extends ReplayVerifier {
  readonly request: ChainRequest['kind'];
  dress(stage: Stage, subject: Subject, signature: Signature): Promise<ChainRequest>;
}

/** What is verified where `verifier` stands. */
export async function baseOf(stage: Stage, { round, about }: ReplayVerifier): Promise<Subject> {
  const subject = await subjectOf(stage, round);
  return about ? about(subject) : subject;
}

/** What a verifier on this stage is shown. */
export async function subjectOf(stage: Stage, round: Round = multiLeader(0)): Promise<Subject> {
  const { committee, alice, next } = stage;
  const place = { chain: alice.chain, height: blockHeight(1n), epoch: epoch(0) };
  const { hash } = next.block;
  const unsigned: ValidatedCertificate = {
    ...place,
    round: multiLeader(0),
    block: hash,
    unlocking: undefined,
    signatures: [],
  };
  const subject: Subject = {
    network: committee.network.id,
    ...place,
    round,
    block: next.block,
    quorum: unsigned,
  };
  const vote = payloads['vote to validate'].digest({ ...subject, round: unsigned.round });
  const quorum = { ...unsigned, signatures: seat(await stage.key.sign(vote)) };
  return { ...subject, quorum };
}

/** The signatures of a certificate by the only seat. */
export function seat(signature: Signature) {
  return [{ seat: 0, signature }];
}
