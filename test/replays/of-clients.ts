import { deepEqual } from 'node:assert/strict';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { memoryWalletStore, walletRecords } from '#adapters/memory/wallet-store.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { localValidator } from '#api/local-validator.ts';
import { certify, confirmValidated } from '#client/block/certify.ts';
import { checkClaim, checkFast, checkLock, type Height } from '#client/block/check-claims.ts';
import { collectTimeouts } from '#client/block/collect-timeouts.ts';
import type { ClientContext } from '#client/context.ts';
import { localNode } from '#client/local-node/local-node.ts';
import { encodeProofFile, verifyProofFile } from '#client/proof-file.ts';
import { newBackground } from '#client/sync/background.ts';
import { newDeadlines } from '#client/sync/deadlines.ts';
import { membersOf } from '#client/sync/members.ts';
import { createWallet } from '#client/wallet/open-wallet.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { commitmentTo } from '#protocol/block/certificate.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { PendingHeight } from '#protocol/chain/info.ts';
import type { Signature } from '#protocol/crypto/signature.ts';
import { duration, epoch } from '#protocol/primitives/numbers.ts';
import { granted, testKeys } from '#test/support/client-world.ts';
import { proposeRequest, send } from '#test/support/drive.ts';
import { restarted } from '#test/support/restarts.ts';
import { confirmedBy, proposalOf, validatedBy } from './of-validators.ts';
import type { Subject } from './payloads.ts';
import type { Stage } from './stage.ts';
import { type ReplayVerifier, seat, subjectOf } from './verifier.ts';

/** A client that keeps nothing of what it does not accept. */
async function asked(
  stage: Stage,
  changed: Partial<ValidatorNode>,
  ask: (context: ClientContext) => Promise<string>,
): Promise<string> {
  const { context, kept } = await clientOf(stage, changed);
  const before = kept.snapshot();
  const answer = await ask(context);
  if (answer !== 'accepted') deepEqual(kept.snapshot(), before);
  return answer;
}

/** A client of the stage's network, whose only validator answers otherwise than it should. */
async function clientOf({ committee, validator, key }: Stage, changed: Partial<ValidatorNode>) {
  const { network, genesis } = committee;
  const clock = systemClock;
  const seats = network.committee(epoch(0));
  if (!seats) throw new Error('a network has its first committee');
  const background = newBackground(clock);
  const wait = duration(1_000_000n);
  const reach = {
    committee: seats,
    deadlines: newDeadlines(clock),
    requestWait: wait,
    background,
    clock,
  };
  const honest = localValidator(validator.ports, { name: 'validator-1', publicKey: key.publicKey });
  const store = memoryWalletStore(clock, walletRecords());
  const options = { store, keys: testKeys, network: genesis.genesis, passphrase: undefined };
  const verifier = signatureVerifier({ policy: { kind: 'clients' } });
  const kept = memoryChainStore({ from: validator.store.snapshot() });
  const parts = { network, store: kept, verifier, clock };
  const context: ClientContext = {
    network,
    committee: seats,
    members: membersOf([{ ...honest, ...changed }], reach),
    local: localNode({ ...parts, ours: new Set(committee.owners.map(({ chain }) => chain)) }),
    wallet: granted(await createWallet(options)),
    clock,
    timeouts: {
      request: wait,
      skew: wait,
      rounds: wait,
      delivery: wait,
      sync: wait,
      quiet: wait,
      close: wait,
    },
    background,
    follow: () => undefined,
  };
  return { context, kept };
}

const nothingPending: PendingHeight = {
  accepted: undefined,
  locked: undefined,
  timeout: undefined,
  validate: undefined,
  confirm: undefined,
};

/** A claim about the height at hand, of which nothing is heard unless others signed it. */
function claimed(
  accepts: ReplayVerifier['accepts'],
  check: (height: Height, stage: Stage, subject: Subject, signature: Signature) => Promise<unknown>,
): ReplayVerifier {
  return {
    file: 'client/block/check-claims.ts',
    accepts,
    refusal: 'unheard',
    offer: (stage, subject, signature) =>
      asked(stage, {}, async (context) => {
        const ownership = walletOwnership(ownerOf(stage.key.publicKey));
        const height = { context, own: stage.next.block, ownership };
        const heard = await check(height, stage, subject, signature);
        return heard === undefined ? 'unheard' : 'accepted';
      }),
  };
}

const requestFor = { validate: 'propose', confirm: 'validated' } as const;

/** Where a client counts the vote of a validator that votes otherwise than it should. */
function counted(kind: keyof typeof requestFor): ReplayVerifier {
  return {
    file: 'client/block/check-vote.ts',
    accepts: `vote to ${kind}`,
    refusal: 'invalid-vote',
    offer: async (stage, subject, signature) => {
      const validator = restarted(stage.committee, stage.validator);
      const { publicKey } = stage.key;
      const honest = localValidator(validator.ports, { name: 'validator-1', publicKey });
      const { chain, height, epoch: of, round, block, quorum } = subject;
      const unlocking =
        kind === 'confirm' ? { round, commitment: commitmentTo(quorum) } : undefined;
      const value = { kind, block: block.hash, unlocking };
      const vote = { payload: { chain, height, epoch: of, round, value }, publicKey, signature };
      const handle: ValidatorNode['handle'] = async (request) => {
        const reply = await honest.handle(request);
        const { decided } = reply;
        if (request.kind !== requestFor[kind] || decided.kind !== 'accepted') return reply;
        return { ...reply, decided: { ...decided, vote } };
      };
      const { next } = stage;
      const options = { previous: undefined, onProposed: () => undefined };
      const { quorum: own } = await subjectOf(stage);
      return await asked(stage, { handle }, async (context) => {
        const certified = await (kind === 'validate'
          ? certify(context, next, options)
          : confirmValidated(context, own, next.block));
        return certified.ok ? 'accepted' : (certified.error[0]?.failure.kind ?? 'no failure');
      });
    },
  };
}

/** What a client demands signatures on. */
export const ofClients = {
  'a client that collects votes to validate': counted('validate'),
  'a client that collects votes to confirm': counted('confirm'),
  'a client that collects votes to give up': {
    file: 'client/block/check-vote.ts',
    accepts: 'vote to give up',
    refusal: 'not given up',
    offer: async (stage, { chain, height, epoch: of, round }, signature) => {
      const { publicKey } = stage.key;
      const payload = { chain, height, epoch: of, round, value: { kind: 'timeout' } as const };
      const vote = { payload, publicKey, signature };
      const handle: ValidatorNode['handle'] = async (request) => {
        const validator = restarted(stage.committee, stage.validator);
        const reply = await send(validator, proposeRequest(stage.next.proposal));
        const { decided } = reply;
        if (request.kind !== 'request-timeout' || decided.kind !== 'accepted') return reply;
        return { ...reply, decided: { ...decided, vote } };
      };
      const subject = await subjectOf(stage);
      return await asked(stage, { handle }, async (context) => {
        const about = { subject, isOver: () => false };
        const givenUp = await collectTimeouts(context, stage.key, about);
        return givenUp ? 'accepted' : 'not given up';
      });
    },
  },
  "a client that hears of another's proposal": claimed(
    'proposal',
    async (height, stage, subject, signature) => {
      const accepted = proposalOf(stage, subject, { retry: { kind: 'none' }, signature });
      return (await checkClaim(height, { ...nothingPending, accepted })).accepted;
    },
  ),
  'a client that hears of a round given up': claimed(
    'vote to give up',
    async (height, _, { chain, height: at, epoch: of, round }, signature) => {
      const timeout = { chain, height: at, epoch: of, round, signatures: seat(signature) };
      return (await checkClaim(height, { ...nothingPending, timeout })).round;
    },
  ),
  'a client that hears of a lock': claimed('vote to validate', (height, _, subject, signature) => {
    const { proposed, outcome } = subject.block;
    const certificate = validatedBy(subject, signature);
    return checkLock(height, { kind: 'validated', certificate, body: { proposed, outcome } });
  }),
  'a client that hears of a fast proposal': claimed(
    'fast proposal',
    (height, stage, subject, signature) => {
      const fast = { ...subject, round: fastRound };
      return checkFast(height, proposalOf(stage, fast, { retry: { kind: 'none' }, signature }));
    },
  ),
  "a wallet's node": {
    file: 'shared/protocol/chain/decide-confirmed.ts',
    accepts: 'vote to confirm',
    refusal: 'invalid-signature',
    offer: (stage, subject, signature) =>
      asked(stage, {}, async ({ local }) => {
        const certificate = confirmedBy(subject, signature);
        const applied = await local.apply({ block: subject.block, certificate });
        return applied.ok ? 'accepted' : applied.error.kind;
      }),
  },
  'a proof file': {
    file: 'client/proof-file.ts',
    accepts: 'vote to confirm',
    refusal: 'unproven-block',
    offer: async ({ committee: { genesis } }, { network, ...subject }, signature) => {
      const certificate = confirmedBy({ network, ...subject }, signature);
      const file = encodeProofFile(genesis.genesis, { block: subject.block, certificate });
      if (!file) return 'no proof';
      const verifier = signatureVerifier({ policy: { kind: 'clients' } });
      const verified = await verifyProofFile(file, network, verifier);
      return verified.ok ? 'accepted' : verified.error.kind;
    },
  },
} satisfies Record<string, ReplayVerifier>;
