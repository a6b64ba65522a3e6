import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  blockA,
  blockB,
  certificateIn,
  fastRetry,
  mixedChain,
  placeOf,
  proposalIn,
  regularOwner,
  singleLeaderIn,
  superOwner,
  validatedRetry,
} from '#test/support/managers.ts';
import { hashNamed } from '#test/support/store-values.ts';
import { type BlockBody, blockBodyCodec } from '../block/block.ts';
import {
  commitmentTo,
  timeoutCertificateCodec,
  type ValidatedCertificate,
  validatedCertificateCodec,
} from '../block/certificate.ts';
import { type BlockProposal, blockProposalCodec, type Retry } from '../block/proposal.ts';
import { compareRounds, fastRound, multiLeader, type Round } from '../block/round.ts';
import type { Hash } from '../crypto/hash.ts';
import { type Codec, decode, encode } from '../encoding/codec.ts';
import { assert } from '../primitives/assert.ts';
import { blockHeight } from '../primitives/numbers.ts';
import { type Held, inlineBytesMax, pieceHash } from './held.ts';
import { emptyManager, type Manager, managerCodec } from './manager.ts';
import { openingInside } from './openings.ts';
import { acceptProposal, checkConfirmVote, checkProposalRound } from './propose.ts';
import { applyTimeout } from './timeout.ts';
import {
  checkValidated,
  isConfirmDecided,
  isLockedOn,
  isValueKnown,
  lockValidated,
} from './validated.ts';

/** What one validator has of a height, and the openings of all votes that left it. */
interface Kept {
  manager: Manager;
  readonly pieces: Map<Hash, Uint8Array>;
  readonly committed: Set<Hash>;
}

type Change = { readonly manager: Manager; readonly pieces: readonly Uint8Array[] };

const blocks = [blockA, blockB];
const place = placeOf(mixedChain);
const rounds: readonly Round[] = [
  fastRound,
  ...[0, 1, 2, 3, 4].map(multiLeader),
  ...[0, 1].map(singleLeaderIn),
];

/** A round's certificate; a quorum of many does not fit the head. */
function certificate(round: Round, block: Hash, isLong: boolean): ValidatedCertificate {
  const short = certificateIn(round, block);
  const signatures = Array.from({ length: isLong ? 8 : 3 }, (_, seat) => {
    const [{ signature }] = short.signatures as [(typeof short.signatures)[0]];
    return { seat, signature };
  });
  return { ...short, signatures };
}

function bodyOf(block: Hash): BlockBody {
  const { block: proposed } = proposalOf(fastRound, block, { kind: 'none' });
  const retry = validatedRetry(fastRound, block);
  assert(retry.kind === 'validated', 'a retry of that kind');
  return { proposed, outcome: retry.outcome };
}

/** A block is known again by the time of its proposals. */
function proposalOf(round: Round, block: Hash, retry: Retry): BlockProposal {
  return proposalIn(round, BigInt(blocks.indexOf(block) + 1), retry);
}

function blockOf({ timestamp }: BlockProposal['block']): Hash | undefined {
  return blocks[Number(timestamp) - 1];
}

/** The same block with a body that does not fit the head. */
function grown(proposal: BlockProposal): BlockProposal {
  const to = { chain: proposal.block.chain, owner: superOwner };
  const operation = { kind: 'transfer', from: superOwner, to, amount: 1n as never } as const;
  const transactions = Array.from({ length: 6 }, () => ({ kind: 'operation', operation }) as const);
  return { ...proposal, block: { ...proposal.block, transactions } };
}

interface Proposing {
  readonly kind: 'propose';
  readonly round: Round;
  readonly block: Hash;
  readonly retry: 'none' | 'fast' | 'validated';
  readonly retried: Round;
  readonly isLong: boolean;
  readonly isSuper: boolean;
}

function propose(manager: Manager, asked: Proposing): Change | undefined {
  const { round, block, isLong, isSuper, retried } = asked;
  const byKind = {
    none: { kind: 'none' },
    fast: fastRetry,
    validated: {
      ...validatedRetry(retried, block),
      certificate: certificate(retried, block, isLong),
    },
  } as const;
  const short = proposalOf(round, block, byKind[asked.retry] as Retry);
  const proposal = isLong ? grown(short) : short;
  if (asked.retry === 'fast' && round.kind === 'fast') return undefined;
  const proposer = isSuper ? superOwner : regularOwner;
  const { publicKey } = proposal;
  if (!checkProposalRound(manager, place, { proposal: { round, publicKey }, proposer }).ok) {
    return undefined;
  }
  if (!checkConfirmVote(manager, proposal.retry, block).ok) return undefined;
  const bytes = encode(blockProposalCodec, proposal);
  return acceptProposal(manager, { proposal, bytes, block, same: hashNamed('same') });
}

interface Locking {
  readonly kind: 'lock';
  readonly round: Round;
  readonly block: Hash;
  readonly isLong: boolean;
  readonly hasBody: boolean;
}

function lock(manager: Manager, { round, block, isLong, hasBody }: Locking): Change | undefined {
  const asked = certificate(round, block, isLong);
  if (isConfirmDecided(manager, asked) || isLockedOn(manager, asked)) return undefined;
  if (!checkValidated(manager, asked).ok) return undefined;
  if (!hasBody && !isValueKnown(manager, block)) return undefined;
  const body = hasBody ? bodyOf(block) : undefined;
  return lockValidated(manager, mixedChain, { certificate: asked, body });
}

interface GivingUp {
  readonly kind: 'time-out';
  readonly round: Round;
  readonly isLong: boolean;
}

function giveUp(manager: Manager, { round, isLong }: GivingUp): Change {
  const { chain, height, epoch, signatures } = certificate(round, blockA, isLong);
  return applyTimeout(manager, { chain, height: blockHeight(height), epoch, round, signatures });
}

type Asked = (Proposing | Locking | GivingUp) & { readonly outcome: 'saved' | 'pieces only' };

/** Pieces first, then the head, which a crash may keep from being saved. */
function request(kept: Kept, asked: Asked): void {
  const { manager } = kept;
  const change =
    asked.kind === 'propose'
      ? propose(manager, asked)
      : asked.kind === 'lock'
        ? lock(manager, asked)
        : giveUp(manager, asked);
  if (change === undefined) return;
  for (const bytes of change.pieces) kept.pieces.set(pieceHash(bytes), bytes);
  if (asked.outcome === 'pieces only') return;
  kept.manager = read(managerCodec, encode(managerCodec, change.manager));
  for (const { unlocking } of [kept.manager.validate, kept.manager.confirm].flatMap((one) =>
    one ? [one] : [],
  )) {
    if (unlocking) kept.committed.add(unlocking.commitment);
  }
}

function read<T>(codec: Codec<T>, bytes: Uint8Array | undefined): T {
  ok(bytes, 'it is stored');
  const decoded = decode(codec, bytes);
  ok(decoded.ok);
  return decoded.value;
}

function bytesOf({ pieces }: Kept, held: Held): Uint8Array | undefined {
  return held.kind === 'inline' ? held.bytes : pieces.get(held.hash);
}

/** The lock's block can be proposed again, and each vote opened, by a process that just began. */
function assertKept(kept: Kept): void {
  const { lock: present, accepted, timeout } = kept.manager;
  const inside = openingInside(kept.manager);
  for (const commitment of kept.committed) {
    const isInside = inside !== undefined && commitmentTo(inside) === commitment;
    if (isInside) continue;
    const opening = read(validatedCertificateCodec, kept.pieces.get(commitment));
    equal(commitmentTo(opening), commitment);
  }
  if (timeout) read(timeoutCertificateCodec, bytesOf(kept, timeout.held));
  const proposal = accepted && read(blockProposalCodec, bytesOf(kept, accepted.held));
  if (proposal) equal(blockOf(proposal.block), accepted?.block);
  if (!present) return;
  const { value } = present;
  if (value.kind === 'block') {
    const body = read(blockBodyCodec, kept.pieces.get(value.piece));
    equal(blockOf(body.proposed), present.block);
    equal(present.kind, 'validated');
    return;
  }
  const locked =
    value.kind === 'accepted' ? proposal : read(blockProposalCodec, kept.pieces.get(value.piece));
  ok(locked);
  equal(blockOf(locked.block), present.block);
  const isSignedFast = locked.round.kind === 'fast' || locked.retry.kind === 'fast';
  if (present.kind === 'fast') ok(isSignedFast, 'only that signature lets others propose it again');
  else {
    const bytes = bytesOf(kept, present.certificate);
    equal(read(validatedCertificateCodec, bytes).block, present.block);
  }
}

const outcome = fc.constantFrom('saved', 'saved', 'saved', 'pieces only');
const anyPlace = {
  round: fc.constantFrom(...rounds),
  block: fc.constantFrom(...blocks),
  isLong: fc.boolean(),
  outcome,
};
const anyAsked = fc.oneof(
  fc.record({
    kind: fc.constant('propose'),
    ...anyPlace,
    retry: fc.constantFrom('none', 'fast', 'validated'),
    retried: fc.constantFrom(...rounds.slice(1)),
    isSuper: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('lock'), ...anyPlace, hasBody: fc.boolean() }),
  fc.record({ kind: fc.constant('time-out'), ...anyPlace }),
) as fc.Arbitrary<Asked>;

/** Mostly rounds go up, else few requests change anything. */
const anyHeight = fc
  .tuple(fc.array(anyAsked, { maxLength: 14 }), fc.integer({ min: 0, max: 3 }))
  .map(([requests, order]) =>
    order === 0 ? requests : requests.toSorted((a, b) => compareRounds(a.round, b.round)),
  );

function proposing(number: number, block: Hash, retry: Proposing['retry']): Asked {
  const of = { round: multiLeader(number), retried: multiLeader(0), isLong: false, isSuper: true };
  return { kind: 'propose', block, retry, outcome: 'saved', ...of };
}

/** Locks of either kind that another proposal displaces, which is rare. */
const displaced: readonly (readonly Asked[])[] = (['fast', 'validated'] as const).map((retry) => [
  proposing(1, blockA, retry),
  proposing(2, blockB, 'none'),
]);

test('whatever comes and wherever a crash falls, a lock can be proposed again and votes opened', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyHeight, (requests) => {
      const kept: Kept = { manager: emptyManager, pieces: new Map(), committed: new Set() };
      for (const asked of requests) {
        request(kept, asked);
        assertKept(kept);
        const { lock: present, accepted } = kept.manager;
        seen.add(`${present?.kind} ${present?.value.kind}`);
        seen.add(`${accepted?.held.kind}`);
      }
    }),
    { numRuns: 1_000, examples: displaced.map((requests) => [[...requests]]) },
  );
  const wanted = ['accepted', 'proposal', 'block'].map((value) => `validated ${value}`);
  wanted.push('fast accepted', 'fast proposal', 'inline', 'piece');
  deepEqual(
    wanted.filter((one) => !seen.has(one)),
    [],
  );
});

test('a proposal of exactly the bytes that fit the head is inside, one of a byte more is not', () => {
  const one = proposalOf(fastRound, blockA, { kind: 'none' });
  for (const [length, kind] of [
    [inlineBytesMax, 'inline'],
    [inlineBytesMax + 1, 'piece'],
  ] as const) {
    const bytes = new Uint8Array(length).fill(1);
    const { manager, pieces } = acceptProposal(emptyManager, {
      proposal: one,
      bytes,
      block: blockA,
      same: hashNamed('same'),
    });
    equal(manager.accepted?.held.kind, kind);
    equal(pieces.length, kind === 'inline' ? 0 : 1);
    deepEqual(read(managerCodec, encode(managerCodec, manager)), manager);
  }
});
