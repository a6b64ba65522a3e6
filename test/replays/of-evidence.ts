import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { encodeFullCertificate } from '#client/evidence/full-certificate-file.ts';
import { judgeConflict } from '#client/evidence/judge-conflict.ts';
import { commitmentTo } from '#protocol/block/certificate.ts';
import { checkEvidence, isConvicted } from '#protocol/block/check-evidence.ts';
import type { Evidence } from '#protocol/block/evidence.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Vote, VoteValue } from '#protocol/block/vote.ts';
import type { Signature } from '#protocol/crypto/signature.ts';
import { fastBy } from './of-validators.ts';
import { payloads, type Subject } from './payloads.ts';
import type { Stage } from './stage.ts';
import type { ReplayVerifier } from './verifier.ts';

const verifier = signatureVerifier({ policy: { kind: 'clients' } });

function cast({ key }: Stage, subject: Subject, value: VoteValue, signature: Signature): Vote {
  const { chain, height, epoch, round } = subject;
  return { payload: { chain, height, epoch, round, value }, publicKey: key.publicKey, signature };
}

/** Evidence against the key, of which one vote has the signature that is offered. */
function convicting(
  accepts: ReplayVerifier['accepts'],
  charge: (stage: Stage, subject: Subject, signature: Signature) => Evidence | Promise<Evidence>,
): ReplayVerifier {
  return {
    file: 'shared/protocol/block/check-evidence.ts',
    accepts,
    refusal: 'acquitted',
    offer: async (stage, subject, signature) => {
      const { network } = stage.committee;
      const charged = checkEvidence(await charge(stage, subject, signature), network.committee);
      if (!charged.ok) return charged.error.kind;
      const votes = await verifier.verifyAll(charged.value.votes);
      const opening = await verifier.verifyAll(charged.value.opening);
      return isConvicted(charged.value, { votes, opening }) ? 'accepted' : 'acquitted';
    },
  };
}

const on = ({ block }: Subject) => ({ block: block.hash, unlocking: undefined });

/** The same about the other block, which the key did sign. */
async function genuine(stage: Stage, subject: Subject, kind: 'vote to validate' | 'fast vote') {
  const other = { ...subject, block: stage.other.block };
  const signature = await stage.key.sign(payloads[kind].digest(other));
  const moved = kind === 'fast vote' ? { ...other, round: fastRound } : other;
  const value = { kind: kind === 'fast vote' ? 'confirm' : 'validate', ...on(other) } as const;
  return cast(stage, moved, value, signature);
}

/** Where somebody else's signature would convict an honest validator. */
export const ofEvidence = {
  'evidence of two blocks validated': convicting(
    'vote to validate',
    async (stage, subject, signature) => {
      const second = cast(stage, subject, { kind: 'validate', ...on(subject) }, signature);
      const first = await genuine(stage, subject, 'vote to validate');
      return { kind: 'double-vote', first, second };
    },
  ),
  'evidence of a lock that was broken': convicting(
    'vote to validate',
    async (stage, subject, signature) => {
      const validate = cast(stage, subject, { kind: 'validate', ...on(subject) }, signature);
      const confirm = await genuine(stage, subject, 'fast vote');
      return { kind: 'broken-lock', confirm, validate };
    },
  ),
  'evidence of a confirmation before that': convicting(
    'fast vote',
    async (stage, subject, signature) => {
      const fast = { ...subject, round: fastRound };
      const confirm = cast(stage, fast, { kind: 'confirm', ...on(subject) }, signature);
      const validate = await genuine(stage, subject, 'vote to validate');
      return { kind: 'broken-lock', confirm, validate };
    },
  ),
  'evidence of an opening that is none': {
    ...convicting('vote to confirm', (stage, subject, signature) => {
      const unlocking = { round: subject.round, commitment: commitmentTo(subject.quorum) };
      const value = { kind: 'confirm', block: subject.block.hash, unlocking } as const;
      const vote = cast(stage, subject, value, signature);
      return { kind: 'invalid-opening', vote, opening: subject.quorum };
    }),
    about: (subject) => ({ ...subject, quorum: { ...subject.quorum, signatures: [] } }),
  },
  'a file of a certificate that conflicts': {
    file: 'client/evidence/judge-conflict.ts',
    accepts: 'fast vote',
    refusal: 'invalid-signature',
    offer: async (stage, subject, signature) => {
      const { network } = stage.committee;
      const other = { ...subject, block: stage.other.block };
      const own = await stage.key.sign(payloads['fast vote'].digest(other));
      const description = network.describe(stage.alice.chain);
      if (!description) throw new Error('the chain is a root chain');
      const [one, two] = [fastBy(subject, signature), fastBy(other, own)].map((certificate) =>
        encodeFullCertificate([description], { certificate, openings: [] }),
      ) as [Uint8Array, Uint8Array];
      const judged = await judgeConflict(network, [one, two], verifier);
      return judged.ok ? 'accepted' : judged.error.kind;
    },
  },
} satisfies Record<string, ReplayVerifier>;
