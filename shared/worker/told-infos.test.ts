import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { ownerOf } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { ChainRequest, Decided } from '#protocol/chain/requests.ts';
import { payUnits } from '#test/support/block-costs.ts';
import { type TestOwner, type TestValidator, testCommittee } from '#test/support/committee.ts';
import {
  confirm,
  confirmedFrom,
  draft,
  proposeRequest,
  send,
  sign,
  validatedFrom,
  voteOf,
} from '#test/support/drive.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { readInfo } from './read-chain.ts';

/** A validator alone, and a chain whose state was just stored, whole, in several nodes. */
async function storedWhole() {
  const committee = testCommittee({ validators: 1 });
  const [payer, payee] = committee.owners as [TestOwner, TestOwner];
  const validator = committee.validators[0] as TestValidator;
  const crowd = Array.from({ length: 60 }, (_, index) => payUnits(chainNamed(`${index}`), 1n));
  await confirm(committee, payer, crowd);
  const { head } = await validator.store.loadHead(payer.chain);
  deepEqual(head?.state.changes, []);
  return { committee, payer, payee, validator };
}

type World = Awaited<ReturnType<typeof storedWhole>>;

async function assertAsRead({ payer, validator }: World, decided: Decided): Promise<void> {
  const read = await readInfo(validator.ports, payer.chain, { ownership: false, pending: false });
  ok(read.ok);
  equal(decided.kind, 'accepted');
  deepEqual(decided.kind === 'accepted' && decided.info, read.value);
}

async function proposalOf({ committee, payer, validator }: World, transaction: Transaction) {
  const proposed = await draft(committee, validator, payer, [transaction]);
  return await sign(committee, validator, proposed, { signer: payer.signer });
}

test('each reply tells the balance, whatever its decision had to look at', async () => {
  const world = await storedWhole();
  const { committee, payee, validator } = world;
  const { proposal } = await proposalOf(world, payUnits(payee.chain, 1n));
  const decidedBy = async (request: ChainRequest) => {
    const { decided } = await send(validator, request);
    await assertAsRead(world, decided);
    return decided;
  };
  const vote = voteOf(await decidedBy(proposeRequest(proposal)));
  await decidedBy(proposeRequest(proposal));
  const certificate = validatedFrom(committee, [vote]);
  const again = voteOf(await decidedBy({ kind: 'validated', certificate, body: undefined }));
  const confirmed = confirmedFrom(committee, [again]);
  await decidedBy({ kind: 'confirmed', certificate: confirmed, body: undefined });
  await decidedBy({ kind: 'confirmed', certificate: confirmed, body: undefined });
});

function govern(ownership: Ownership): Transaction {
  return { kind: 'operation', operation: { kind: 'change-ownership', ownership } };
}

test('a chain that is governed as before a change is told so, though that was stored long ago', async () => {
  const world = await storedWhole();
  const { committee, payer, validator } = world;
  const owner = ownerOf(payer.signer.publicKey);
  const wallet = walletOwnership(owner);
  const shared = { ...wallet, superOwners: [], owners: [{ owner, weight: 1n }] };
  const readRound = async () => {
    const read = await readInfo(validator.ports, payer.chain, { ownership: false, pending: false });
    return read.ok && read.value.round;
  };
  await confirm(committee, payer, [govern(shared)]);
  deepEqual(await readRound(), multiLeader(0));
  const { proposal } = await proposalOf(world, govern(wallet));
  const validated = validatedFrom(committee, [
    voteOf((await send(validator, proposeRequest(proposal))).decided),
  ]);
  const request = { kind: 'validated', certificate: validated, body: undefined } as const;
  const certificate = confirmedFrom(committee, [voteOf((await send(validator, request)).decided)]);
  const { decided } = await send(validator, { kind: 'confirmed', certificate, body: undefined });
  await assertAsRead(world, decided);
  deepEqual(await readRound(), fastRound);
});
