import { localValidator } from '#api/local-validator.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import {
  type ConfirmedCertificate,
  commitmentTo,
  type ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import type { BlockProposal, Retry } from '#protocol/block/proposal.ts';
import { fastRound, isSameRound, multiLeader } from '#protocol/block/round.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { Signature } from '#protocol/crypto/signature.ts';
import { blockHeight, timestamp } from '#protocol/primitives/numbers.ts';
import { nobody } from '#test/refusals/cases.ts';
import { kindOf, pay, proposeRequest, send } from '#test/support/drive.ts';
import {
  confirmedRequest,
  proposed,
  signedProposal,
  validatedRequest,
} from '#test/support/requests.ts';
import { finishUncertified, uncertifiedAfterUs } from '#worker/finish-uncertified.ts';
import { timeOutStuck } from '#worker/time-out-stuck.ts';
import { contentOf, payloads, retryOf, type Subject } from './payloads.ts';
import { type Stage, stageOf } from './stage.ts';
import { type ReplayVerifier, type RequestVerifier, seat } from './verifier.ts';

type Dress<T> = (stage: Stage, subject: Subject, signature: Signature) => T | Promise<T>;
type Sent = Pick<ReplayVerifier, 'accepts' | 'round' | 'stage'>;

const files: Readonly<Record<ChainRequest['kind'], string>> = {
  propose: 'proposal',
  validated: 'validated',
  confirmed: 'confirmed',
  timeout: 'timeout',
  'request-timeout': 'timeout',
  'confirmed-run': 'confirmed',
};

/** A validator that is sent the request. */
function sent(
  request: ChainRequest['kind'],
  rest: Sent,
  dressed: Dress<ChainRequest>,
): RequestVerifier {
  const dress: RequestVerifier['dress'] = async (stage, subject, signature) =>
    await dressed(stage, subject, signature);
  return {
    file: `shared/protocol/chain/decide-${files[request]}.ts`,
    refusal: 'invalid-signature',
    request,
    dress,
    ...rest,
    offer: async (stage, subject, signature) =>
      kindOf(await send(stage.validator, await dress(stage, subject, signature))),
  };
}

function proposing(rest: Sent, dress: Dress<BlockProposal>): RequestVerifier {
  return sent('propose', rest, async (stage, subject, signature) =>
    proposeRequest(await dress(stage, subject, signature)),
  );
}

/** A proposal of what the subject says, under this signature. */
export function proposalOf(
  { key }: Stage,
  subject: Subject,
  { retry, signature }: { readonly retry: Retry; readonly signature: Signature },
): BlockProposal {
  const content = contentOf(subject, retry);
  return { ...content, publicKey: key.publicKey, signature };
}

export function validatedBy(
  { chain, height, epoch, round, block: { hash }, quorum }: Subject,
  signature: Signature,
): ValidatedCertificate {
  const unlocking = { round: quorum.round, commitment: commitmentTo(quorum) };
  const isFirst = isSameRound(round, quorum.round);
  return {
    ...{ chain, height, epoch, round, block: hash },
    unlocking: isFirst ? undefined : unlocking,
    signatures: seat(signature),
  };
}

export function confirmedBy(subject: Subject, signature: Signature): ConfirmedCertificate {
  const { chain, height, epoch, round, block } = subject;
  const signed = { seat: 0, opening: 0, signature };
  const commitments = [commitmentTo(subject.quorum)];
  return { chain, height, epoch, round, block: block.hash, commitments, signatures: [signed] };
}

export function fastBy({ chain, height, epoch, block }: Subject, signature: Signature) {
  const signatures = [{ seat: 0, opening: undefined, signature }];
  return { chain, height, epoch, round: fastRound, block: block.hash, commitments: [], signatures };
}

const none = { kind: 'none' } as const;

/** What a validator demands signatures on, in requests. */
export const ofRequests = {
  'a proposal': proposing({ accepts: 'proposal' }, (stage, subject, signature) =>
    proposalOf(stage, subject, { retry: none, signature }),
  ),
  'a fast proposal': proposing({ accepts: 'fast proposal' }, (stage, subject, signature) =>
    proposalOf(stage, { ...subject, round: fastRound }, { retry: none, signature }),
  ),
  'a fast retry': proposing({ accepts: 'proposal' }, async (stage, subject, signature) => {
    const { publicKey } = stage.key;
    const first = await stage.key.sign(payloads['fast proposal'].digest(subject));
    const retry = { kind: 'fast', publicKey, signature: first } as const;
    return proposalOf(stage, subject, { retry, signature });
  }),
  'the first signature of a fast retry': proposing(
    { accepts: 'fast proposal' },
    async (stage, subject, signature) => {
      const { publicKey } = stage.key;
      const again = await stage.key.sign(payloads.proposal.digest(subject));
      const retry = { kind: 'fast', publicKey, signature } as const;
      return proposalOf(stage, subject, { retry, signature: again });
    },
  ),
  'a retry with a certificate': proposing(
    { accepts: 'retry with a certificate', round: multiLeader(1) },
    (stage, subject, signature) =>
      proposalOf(stage, subject, { retry: retryOf(subject), signature }),
  ),
  'the certificate of a retry': proposing(
    { accepts: 'vote to validate' },
    async (stage, subject, signature) => {
      const quorum = { ...subject.quorum, signatures: seat(signature) };
      const later = { ...subject, quorum, round: multiLeader(1) };
      const own = await stage.key.sign(payloads['retry with a certificate'].digest(later));
      return proposalOf(stage, later, { retry: retryOf(later), signature: own });
    },
  ),
  'a validated certificate': sent(
    'validated',
    { accepts: 'vote to validate' },
    (_, subject, signature) => validatedRequest(validatedBy(subject, signature), subject.block),
  ),
  'a validated certificate of a retry': sent(
    'validated',
    { accepts: 'vote to validate again', round: multiLeader(1) },
    (_, subject, signature) => validatedRequest(validatedBy(subject, signature), subject.block),
  ),
  'a confirmed certificate': sent(
    'confirmed',
    { accepts: 'vote to confirm' },
    (_, subject, signature) => confirmedRequest(confirmedBy(subject, signature), subject.block),
  ),
  'a fast confirmed certificate': sent(
    'confirmed',
    { accepts: 'fast vote' },
    (_, subject, signature) => confirmedRequest(fastBy(subject, signature), subject.block),
  ),
  'a certificate in a run': sent(
    'confirmed-run',
    { accepts: 'vote to confirm' },
    (_, subject, signature) => {
      const { proposed: own, outcome } = subject.block;
      const certificate = confirmedBy(subject, signature);
      const first = { body: { proposed: own, outcome }, certificate };
      return { kind: 'confirmed-run', first, more: [] };
    },
  ),
  'a timeout certificate': sent(
    'timeout',
    { accepts: 'vote to give up' },
    (_, { chain, height, epoch, round }, signature) => {
      const certificate = { chain, height, epoch, round, signatures: seat(signature) };
      return { kind: 'timeout', certificate };
    },
  ),
  'a timeout request': sent(
    'request-timeout',
    { accepts: 'timeout request', stage: () => timedOutStage },
    ({ key: { publicKey } }, { chain, height, round }, signature) => {
      return { kind: 'request-timeout', chain, height, round, publicKey, signature };
    },
  ),
};

/** What a validator demands signatures on, in requests and elsewhere. */
export const ofValidators = {
  ...ofRequests,
  'a pipelined certificate': {
    file: 'shared/protocol/chain/decide-confirmed.ts',
    accepts: 'vote to confirm',
    refusal: 'invalid-signature',
    offer: async (stage, subject, signature) => {
      const { proposed: block } = stage.next.block;
      const height = blockHeight(subject.height + 1n);
      const above = { ...block, height, parent: subject.block.hash };
      const after = await signedProposal(stage.committee, above, { signer: stage.key });
      const { proposed: own, outcome } = subject.block;
      const certificate = confirmedBy(subject, signature);
      const previous = { certificate, body: { proposed: own, outcome } };
      const request: ChainRequest = { kind: 'propose', proposal: after, previous, hints: [] };
      const reply = await send(stage.validator, request);
      return reply.previous?.kind === 'refused' ? reply.previous.refusal.kind : 'accepted';
    },
  },
  'a driver that collects the votes of peers': {
    file: 'shared/worker/finish-uncertified.ts',
    accepts: 'fast vote',
    refusal: 'unfinished',
    stage: () => driverStage,
    offer: async ({ committee, validator, key }, subject, signature) => {
      const { ports } = validator;
      const { chain, height, epoch, block } = subject;
      const value = { kind: 'confirm', block: block.hash, unlocking: undefined } as const;
      const payload = { chain, height, epoch, round: fastRound, value };
      const vote = { payload, publicKey: key.publicKey, signature };
      const peer = localValidator(ports, { name: 'peer', publicKey: key.publicKey });
      const since = timestamp(committee.clock.now() - uncertifiedAfterUs);
      const lying: ValidatorNode = {
        ...peer,
        info: async (asked, flags) => {
          const info = await peer.info(asked, flags);
          const pending = info.ok ? info.value.pending : undefined;
          return info.ok && pending
            ? { ok: true, value: { ...info.value, pending: { ...pending, confirm: vote } } }
            : info;
        },
      };
      const marks = [{ chain, at: 1, from: height, since }];
      const finished = await finishUncertified(ports, marks, [lying]);
      return finished.length > 0 ? 'accepted' : 'unfinished';
    },
  },
  'a driver that collects votes to give up': {
    file: 'shared/worker/time-out-stuck.ts',
    accepts: 'vote to give up',
    refusal: 'not given up',
    stage: () => stuckStage,
    offer: async ({ validator: { ports }, key, committee }, subject, signature) => {
      const { chain, height, epoch, round } = subject;
      const payload = { chain, height, epoch, round, value: { kind: 'timeout' } as const };
      const vote = { payload, publicKey: key.publicKey, signature };
      const peer = localValidator(ports, { name: 'peer', publicKey: key.publicKey });
      const lying: ValidatorNode = {
        ...peer,
        handle: async (request) => {
          const info = await peer.info(chain, { ownership: false, pending: false });
          if (!info.ok || request.kind !== 'request-timeout') return await peer.handle(request);
          return { previous: undefined, decided: { kind: 'accepted', info: info.value, vote } };
        },
      };
      const marks = [{ chain, at: 1, from: height, since: committee.clock.now() }];
      const moved = await timeOutStuck(ports, marks, [lying]);
      return moved.length > 0 ? 'accepted' : 'not given up';
    },
  },
} satisfies Record<string, ReplayVerifier>;

/** A validator whose multi-leader round has lasted long enough. */
const timedOutStage = stageOf(4).then(async (stage) => {
  await send(stage.validator, proposeRequest(stage.other.proposal));
  stage.committee.clock.advance(60_000_000n);
  return stage;
});

/** A validator whose round is over, and that needs one vote more to give it up. */
const stuckStage = stageOf(5, [nobody]).then(async (stage) => {
  await send(stage.validator, proposeRequest(stage.next.proposal));
  stage.committee.clock.advance(60_000_000n);
  return stage;
});

/** A validator that voted for a fast block, and needs one vote more. */
const driverStage = stageOf(3, [nobody]).then(async (stage) => {
  const { committee, alice, bob, validator } = stage;
  const round = fastRound;
  const next = await proposed(committee, alice, [pay(bob.chain, 2n)], { round });
  await send(validator, proposeRequest(next.proposal));
  return { ...stage, next };
});
