import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { StoreStep } from '#adapters/memory/store-step.ts';
import { emptyWrite } from '#ports/chain-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { needsPieces } from '#protocol/chain/open-chain.ts';
import { type KeptState, storedState } from '#protocol/chain/state-ref.ts';
import { acquaint, costNames, payUnits } from '#test/support/block-costs.ts';
import {
  type TestOwner,
  type TestValidator,
  testCommittee,
  testValidator,
} from '#test/support/committee.ts';
import {
  confirm,
  confirmedFrom,
  draft,
  proposeRequest,
  send,
  sign,
  validatedFrom,
  votesFor,
} from '#test/support/drive.ts';
import { openedRoot } from '#test/support/opened-root.ts';
import { readOpen } from './read-open.ts';
import { piecesFrom } from './write-of.ts';

const chains = costNames.slice(0, 14);

/** A committee whose first chain has a state that does not fit its head. */
async function acquainted(counterparties: number) {
  const world = await acquaint(testCommittee({ chains }), counterparties);
  const last = world.committee.validators[3] as TestValidator;
  return { ...world, last };
}

async function headOf({ store }: TestValidator, { chain }: TestOwner): Promise<ChainHead> {
  const { head } = await store.loadHead(chain);
  ok(head);
  return head;
}

/** The chain's state as it would be stored if nothing waited in the head. */
async function wholeState({ ports }: TestValidator, { chain }: TestOwner): Promise<KeptState> {
  const kept = await readOpen<KeptState>(ports, chain, ({ view }) => {
    const commit = view.commit();
    return commit ? { kind: 'read', value: storedState(commit) } : needsPieces(view.missing);
  });
  ok(kept);
  return kept;
}

test('changes wait in the head while nodes of the present state are not stored', async () => {
  const { committee, payer, last } = await acquainted(10);
  const [, first, second] = committee.owners as [TestOwner, TestOwner, TestOwner];
  for (const { chain } of [first, second, first]) {
    await confirm(committee, payer, [payUnits(chain, 1n)]);
  }
  const { state } = await headOf(last, payer);
  ok(state.changes.length > 0);
  ok(!(await last.store.loadPieces(payer.chain, [state.root])).has(state.root));
  const { said, found } = (await openedRoot(last.ports, payer.chain)) ?? {};
  deepEqual([said, found], [state.root, state.root]);
});

test('an execution over a state that is stored otherwise since is done again', async () => {
  const { committee, payer, payee, last } = await acquainted(12);
  await confirm(committee, payer, [payUnits(payee.chain, 1n)]);
  const { state } = await headOf(last, payer);
  ok(state.changes.length > 0);
  const whole = await wholeState(last, payer);
  await replaceState(last, payer, whole);
  const proposed = await draft(committee, last, payer, [
    payUnits(chainOf(committee.owners, 1), 1n),
  ]);
  const { proposal } = await sign(committee, last, proposed, { signer: payer.signer });
  const { validators } = committee;
  const validated = validatedFrom(committee, await votesFor(validators, proposeRequest(proposal)));
  const request = { kind: 'validated', certificate: validated, body: undefined } as const;
  const certificate = confirmedFrom(committee, await votesFor(validators, request));
  await replaceState(last, payer, { state, nodes: new Map() });
  const { decided } = await send(last, { kind: 'confirmed', certificate, body: undefined });
  equal(decided.kind, 'accepted');
  const { said, found } = (await openedRoot(last.ports, payer.chain)) ?? {};
  ok(said !== state.root);
  equal(found, said);
});

function chainOf(owners: readonly TestOwner[], index: number) {
  return (owners[index] as TestOwner).chain;
}

/** Another worker keeps the same state in another way. */
async function replaceState(
  { store }: TestValidator,
  { chain }: TestOwner,
  { state, nodes }: KeptState,
): Promise<void> {
  const { version, head } = await store.loadHead(chain);
  ok(head);
  const write = { ...emptyWrite, nodes: piecesFrom(nodes), head: { ...head, state } };
  deepEqual(await store.save(chain, version, write), { kind: 'saved' });
}

test('a crash before any write of a block leaves a state that opens and goes on', async () => {
  let left = Number.POSITIVE_INFINITY;
  let nodes = 0;
  const beforeStep = ({ kind, action }: StoreStep) => {
    if (action !== 'write') return;
    if (left-- <= 0) throw new StoreFault('the process is gone');
    if (kind === 'node') nodes++;
  };
  const { committee, payer, last: lasting } = await acquainted(12);
  const { network, clock, validators } = committee;
  const { signer } = lasting.ports;
  ok(signer);
  const restarted = (store: MemoryChainStore) => {
    const from = store.snapshot();
    return testValidator({ network, clock, signer, store: memoryChainStore({ from, beforeStep }) });
  };
  let last = restarted(lasting.store);
  for (let at = 0; at < 8; at++) {
    const { certificate, block } = await confirm(
      committee,
      payer,
      [payUnits(chainOf(committee.owners, 1 + at), 1n)],
      { validators: validators.slice(0, 3) },
    );
    const request = { kind: 'confirmed', certificate, body: block } as const;
    for (let crash = 0, done = false; !done; crash++) {
      left = crash;
      done = (await send(last, request)).decided.kind === 'accepted';
      left = Number.POSITIVE_INFINITY;
      last = restarted(last.store);
      const { said, found } = (await openedRoot(last.ports, payer.chain)) ?? {};
      equal(found, said);
      equal((await headOf(last, payer)).tip === block.hash, done);
    }
  }
  ok(nodes > 0);
});
