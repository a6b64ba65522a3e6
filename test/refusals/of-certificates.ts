import type { ConfirmedCertificate, ValidatedCertificate } from '#protocol/block/certificate.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { confirm, draft, pay, proposeRequest } from '#test/support/drive.ts';
import { type Certifiable, certified } from '#test/support/forgery.ts';
import {
  answeredUnchanged,
  confirmedRequest,
  proposed,
  refusedUnchanged,
  signedProposal,
  timeoutRequest,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { hashNamed, height } from '#test/support/store-values.ts';
import { quarantineChains } from '#worker/quarantine.ts';
import { type CasesOf, type Provoke, staged } from './cases.ts';

type Kinds =
  | 'unknown-epoch'
  | 'quarantined'
  | 'invalid-retry'
  | 'invalid-signature'
  | 'value-unknown'
  | 'wrong-value'
  | 'store-not-bound'
  | 'busy'
  | 'not-a-quorum'
  | 'invalid-certificate';

/** Alice's block validated by the first three validators. */
async function validatedBlock() {
  const stage = staged();
  const { committee, alice, bob, validators } = stage;
  const { proposal, block } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const certificate = await validate(committee, validators.slice(0, 3), proposal);
  return { ...stage, proposal, block, certificate };
}

type Validated = Awaited<ReturnType<typeof validatedBlock>>;

/** Sends a validated certificate, changed, to the validator that did not vote. */
function provokeValidated(
  change: (validated: Validated) => Partial<ValidatedCertificate>,
  withBody = true,
): Provoke {
  return async () => {
    const validated = await validatedBlock();
    const certificate = { ...validated.certificate, ...change(validated) };
    const request = validatedRequest(certificate, withBody ? validated.block : undefined);
    return await refusedUnchanged(validated.validators[3], request);
  };
}

/** Sends a confirmed certificate, changed, to a validator that missed the block. */
function provokeConfirmed(
  change: (certificate: ConfirmedCertificate) => Partial<ConfirmedCertificate>,
  withBody = true,
): Provoke {
  return async () => {
    const { committee, alice, bob, validators } = staged();
    const { block, certificate } = await confirm(committee, alice, [pay(bob.chain, 1n)], {
      validators: validators.slice(0, 3),
    });
    const changed = { ...certificate, ...change(certificate) };
    const request = confirmedRequest(changed, withBody ? block : undefined);
    return await refusedUnchanged(validators[3], request);
  };
}

/** Proposes the validated block again, the retry or its round being wrong. */
function provokeRetry(
  change: (validated: Validated) => {
    readonly round?: number;
    readonly certificate?: ValidatedCertificate;
    readonly outcome?: Hash;
  },
): Provoke {
  return async () => {
    const validated = await validatedBlock();
    const { committee, alice, validators, block, proposal } = validated;
    const changed = change(validated);
    const { round = 1, certificate = validated.certificate, outcome = proposal.outcome } = changed;
    const retry = { kind: 'validated', certificate, outcome: block.outcome } as const;
    const again = await signedProposal(committee, block.proposed, {
      signer: alice.signer,
      round: multiLeader(round),
      retry,
      outcome,
    });
    return await refusedUnchanged(validators[3], proposeRequest(again));
  };
}

const provokeSignature =
  (request: (stage: Validated) => ChainRequest): Provoke =>
  async () => {
    const stage = await validatedBlock();
    return await refusedUnchanged(stage.validators[3], request(stage));
  };

const withAnothersSignatures = ({ certificate }: Validated): Partial<ValidatedCertificate> => ({
  signatures: certificate.signatures.map(({ seat }, index, all) => ({
    seat,
    signature: (all[(index + 1) % all.length] as (typeof all)[number]).signature,
  })),
});

/** Proposes a fast block again in `round`, as first proposed by `who`. */
function provokeFastRetry(who: 'alice' | 'bob', round: Round): Provoke {
  return async () => {
    const stage = staged();
    const { committee, alice, bob, validators } = stage;
    const fast = await proposed(committee, alice, [pay(bob.chain, 1n)], { round: fastRound });
    const { signature, outcome } = fast.proposal;
    const { publicKey } = stage[who].signer;
    const retry = { kind: 'fast', publicKey, signature } as const;
    const claim = { signer: alice.signer, round, outcome, retry };
    const again = await signedProposal(committee, fast.block.proposed, claim);
    return await refusedUnchanged(validators[0], proposeRequest(again));
  };
}

/** A certificate that the whole committee signed against all rules, with a block not its own. */
function provokeForged(
  change: (stage: ReturnType<typeof staged>) => Partial<Certifiable>,
): Provoke {
  return async () => {
    const stage = staged();
    const { committee, alice, bob, validators } = stage;
    const { block } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
    const { hash, header } = block;
    const { chain, height: at, epoch: of } = header;
    const subject = { hash, chain, height: at, epoch: of, ...change(stage) };
    const certificate = await certified(committee, subject);
    return await refusedUnchanged(validators[0], confirmedRequest(certificate, block));
  };
}

const inQuarantine =
  (request: (stage: Validated) => ChainRequest | Promise<ChainRequest>): Provoke =>
  async () => {
    const stage = await validatedBlock();
    await quarantineChains(stage.validators[3].ports, [stage.alice.chain]);
    return await refusedUnchanged(stage.validators[3], await request(stage));
  };

const onOtherStore: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const [validator] = validators;
  const { signer } = validator.ports;
  const ports = { ...validator.ports, signer: signer && { ...signer, isBound: async () => false } };
  return await refusedUnchanged({ ...validator, ports }, proposeRequest(proposal));
};

const undecided: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const [validator] = validators;
  const verifier = {
    verifyAll: async (checks: readonly unknown[]) => checks.map(() => 'undecided'),
  };
  const ports = { ...validator.ports, verifier: verifier as typeof validator.ports.verifier };
  return await refusedUnchanged({ ...validator, ports }, proposeRequest(proposal));
};

const otherBody: Provoke = async () => {
  const { committee, alice, bob, validators, certificate } = await validatedBlock();
  const other = await proposed(committee, alice, [pay(bob.chain, 2n)]);
  return await refusedUnchanged(validators[3], validatedRequest(certificate, other.block));
};

const pipelinedOtherChain: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  const { certificate } = await confirm(committee, bob, [pay(alice.chain, 1n)]);
  const block = await draft(committee, validators[0], alice, []);
  const proposal = await signedProposal(committee, block, alice);
  const previous = { certificate, body: undefined };
  const request: ChainRequest = { kind: 'propose', proposal, previous, hints: [] };
  const reply = await answeredUnchanged(validators[0], request);
  return reply.previous?.kind === 'refused' ? reply.previous.refusal.kind : 'accepted';
};

export const ofCertificates: CasesOf<Kinds> = {
  'unknown-epoch': {
    'a certificate of a committee that is not known': provokeConfirmed(() => ({ epoch: epoch(1) })),
  },
  quarantined: {
    'a proposal': inQuarantine(({ proposal }) => proposeRequest(proposal)),
    'a validated certificate': inQuarantine(({ certificate, block }) =>
      validatedRequest(certificate, block),
    ),
    'a timeout request': inQuarantine(({ committee, alice }) =>
      timeoutRequest(committee, alice, { height: height(0), round: multiLeader(0) }),
    ),
  },
  'invalid-retry': {
    'a retry in the round of its certificate': provokeRetry(() => ({ round: 0 })),
    'a certificate for another block': provokeRetry(({ certificate, proposal }) => ({
      certificate: { ...certificate, block: proposal.outcome },
    })),
    'a certificate of another height': provokeRetry(({ certificate }) => ({
      certificate: { ...certificate, height: height(1) },
    })),
    'a fast retry of a block that no super owner proposed': provokeFastRetry('bob', multiLeader(0)),
    'a fast retry in the fast round': provokeFastRetry('alice', fastRound),
    'a validated retry that claims another outcome': provokeRetry(({ block }) => ({
      outcome: block.hash,
    })),
  },
  'invalid-signature': {
    'a proposal under another key': provokeSignature(({ proposal, certificate }) => {
      const [first] = certificate.signatures;
      return proposeRequest({ ...proposal, signature: first?.signature ?? proposal.signature });
    }),
    'votes under the wrong seats': provokeValidated(withAnothersSignatures),
    'votes moved to another round': provokeValidated(() => ({ round: multiLeader(1) })),
    'votes that committed to another quorum': provokeConfirmed(({ commitments }) => ({
      commitments: commitments.map((one) =>
        one.replace(/./, (digit) => (digit === '0' ? '1' : '0')),
      ) as never,
    })),
    'a retry whose quorum is forged': provokeRetry((stage) => ({
      certificate: { ...stage.certificate, ...withAnothersSignatures(stage) },
    })),
  },
  'value-unknown': {
    'a lite validated certificate of a block never proposed here': provokeValidated(
      () => ({}),
      false,
    ),
    'a lite confirmed certificate of a block never proposed here': provokeConfirmed(
      () => ({}),
      false,
    ),
  },
  'wrong-value': {
    'a validated certificate with another block': otherBody,
    'a confirmed certificate with another block': provokeForged(() => ({ hash: hashNamed('x') })),
    "a confirmed certificate with another chain's block": provokeForged(({ bob }) => ({
      chain: bob.chain,
    })),
    'a confirmed certificate with a block of another height': provokeForged(() => ({
      height: height(1),
    })),
    'a pipelined certificate of another chain': pipelinedOtherChain,
  },
  'store-not-bound': { 'a proposal, over a store that the key never signed over': onOtherStore },
  busy: { 'a signature that nobody had time to decide': undecided },
  'not-a-quorum': {
    'two of four votes': provokeValidated(({ certificate }) => ({
      signatures: certificate.signatures.slice(0, 2),
    })),
  },
  'invalid-certificate': {
    'a seat twice': provokeValidated(({ certificate: { signatures } }) => ({
      signatures: [...signatures, ...signatures],
    })),
  },
};
