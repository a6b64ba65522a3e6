import { blobIdOf } from '#protocol/block/blob.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm, draft, pay, proposeRequest, send, take, token } from '#test/support/drive.ts';
import { openedChild, publication } from '#test/support/publishing.ts';
import { cast, signedProposal } from '#test/support/requests.ts';
import { priced } from '#test/support/reshaped.ts';
import type { Bells, Flow } from './script.ts';

/** A flow of the first validator of a committee like any other. */
function usual(
  name: string,
  go: (
    stage: ReturnType<typeof stageOf>,
    recording: Parameters<Flow['play']>[0],
  ) => Promise<unknown>,
): Flow {
  return {
    name,
    async play(recording) {
      await go(stageOf(), recording);
    },
  };
}

function stageOf(names: readonly string[] = ['alice', 'bob', 'carol']) {
  const committee = testCommittee({ chains: names });
  return { committee, ...cast(committee) };
}

function operation(one: Operation): Transaction {
  return { kind: 'operation', operation: one };
}

const fastBlock = usual('a fast block pays one', async (stage, { begin }) => {
  const { committee, alice, bob, validators } = stage;
  begin(committee, validators[0]);
  await confirm(committee, alice, [pay(bob.chain, 1n)], { round: fastRound });
});

const slowBlock = usual('a multi-leader block pays one', async (stage, { begin }) => {
  const { committee, alice, bob, validators } = stage;
  begin(committee, validators[0]);
  await confirm(committee, alice, [pay(bob.chain, 1n)]);
});

function manyRecipients(name: string, bells: Bells): Flow {
  return {
    name,
    bells,
    async play({ begin, drive }) {
      const { committee, alice, validators } = stageOf(namesOf(22));
      begin(committee, validators[0]);
      const payments = committee.owners.slice(1, 21).map(({ chain }) => pay(chain, 1n));
      for (const paid of [payments, payments.slice(2)]) await confirm(committee, alice, paid);
      await drive();
    },
  };
}

function namesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `chain ${index}`);
}

const aFewBlocks = usual('blocks of several senders are taken in one', async (stage, { begin }) => {
  const { committee, alice, bob, carol, validators } = stage;
  begin(committee, validators[0]);
  const first = await confirm(committee, alice, [pay(bob.chain, 1n), pay(bob.chain, 2n)]);
  const second = await confirm(committee, carol, [pay(bob.chain, 4n)]);
  const all = [...take(first.block, bob.chain), ...take(second.block, bob.chain)];
  await confirm(committee, bob, all);
});

const inPart = usual('an envelope is taken in two parts', async (stage, { begin }) => {
  const { committee, alice, bob, validators } = stage;
  const { block } = await confirm(committee, alice, [pay(bob.chain, 1n), pay(bob.chain, 2n)]);
  const [first, second] = take(block, bob.chain) as [Transaction, Transaction];
  begin(committee, validators[0]);
  await confirm(committee, bob, [first]);
  await confirm(committee, bob, [second]);
});

const bounced = usual('a payment is refused, and comes back', async (stage, { begin }) => {
  const { committee, alice, bob, validators } = stage;
  begin(committee, validators[0]);
  const sent = await confirm(committee, alice, [pay(bob.chain, 3n)]);
  const back = await confirm(committee, bob, take(sent.block, bob.chain, 'reject'));
  await confirm(committee, alice, take(back.block, alice.chain));
});

const passedOver = usual(
  'what may be skipped is passed over, and its rows go',
  async (stage, to) => {
    const { committee, alice, bob, validators } = stage;
    const claim = operation({
      kind: 'claim',
      from: { chain: bob.chain, owner: ownerOf(alice.signer.publicKey) },
      to: { chain: alice.chain, owner: chainOwner },
      amount: amount(token),
    });
    for (let count = 0; count < 3; count++) await confirm(committee, alice, [claim]);
    const last = await confirm(committee, alice, [pay(bob.chain, 4n)]);
    to.begin(committee, validators[0]);
    await confirm(committee, bob, take(last.block, bob.chain));
  },
);

const published = usual(
  'a blob is missed, sent, published and verified',
  async (stage, recording) => {
    const { committee, alice, bob, validators } = stage;
    const content = new Uint8Array(3_000).fill(7);
    recording.begin(committee, validators[0]);
    const block = await draft(committee, validators[0], alice, [publication(content)]);
    const proposal = await signedProposal(committee, block, alice);
    for (const one of validators) {
      await send(one, proposeRequest(proposal));
      if (one === validators[0]) await recording.upload(alice.chain, content);
      else await one.ports.blobs.fill(alice.chain, { id: blobOf(content), bytes: content });
    }
    await confirm(committee, alice, [publication(content)]);
    await confirm(committee, bob, [operation({ kind: 'verify-blob', blob: blobOf(content) })]);
  },
);

function blobOf(content: Uint8Array) {
  return blobIdOf({ kind: 'data' }, content);
}

const openedChain = usual('a chain is opened, and makes a block', async (stage, { begin }) => {
  const { committee, alice, bob, validators } = stage;
  begin(committee, validators[0]);
  const { child } = await openedChild(committee, alice, { signer: bob.signer });
  await confirm(committee, child, [pay(bob.chain, 1n)], { round: fastRound });
});

const closedChain = usual('a chain is closed, and refuses what comes', async (stage, { begin }) => {
  const { committee, alice, bob, validators } = stage;
  begin(committee, validators[0]);
  await confirm(committee, alice, [operation({ kind: 'close-chain' })]);
  const sent = await confirm(committee, bob, [pay(alice.chain, 2n)]);
  await confirm(committee, alice, take(sent.block, alice.chain, 'reject'));
});

const newOwner = usual('a chain is given to somebody else', async (stage, { begin }) => {
  const { committee, alice, bob, carol, validators } = stage;
  begin(committee, validators[0]);
  const ownership = walletOwnership(ownerOf(carol.signer.publicKey));
  await confirm(committee, alice, [operation({ kind: 'change-ownership', ownership })]);
  const taken = { chain: alice.chain, signer: carol.signer };
  await confirm(committee, taken, [pay(bob.chain, 1n)], { round: fastRound });
});

const allowed = usual('somebody spends what was allowed', async (stage, { begin }) => {
  const { committee, alice, bob, validators } = stage;
  const [owner, spender] = [ownerOf(alice.signer.publicKey), ownerOf(bob.signer.publicKey)];
  const [own, all] = [owner, chainOwner].map((one) => ({ chain: alice.chain, owner: one }));
  if (!own || !all) throw new Error('there are two accounts');
  begin(committee, validators[0]);
  await confirm(committee, alice, [
    operation({ kind: 'transfer', from: chainOwner, to: own, amount: amount(token) }),
    operation({ kind: 'approve', owner, spender, amount: amount(token) }),
    operation({ kind: 'change-ownership', ownership: walletOwnership(spender) }),
  ]);
  const moved = amount(token / 2n);
  await confirm(committee, { chain: alice.chain, signer: bob.signer }, [
    operation({ kind: 'transfer-from', owner, spender, to: all, amount: moved }),
  ]);
});

const claimed = usual('an account is claimed from another chain', async (stage, { begin }) => {
  const { committee, alice, bob, validators } = stage;
  const there = { chain: bob.chain, owner: ownerOf(alice.signer.publicKey) };
  const here = { chain: alice.chain, owner: chainOwner };
  begin(committee, validators[0]);
  const paid = await confirm(committee, alice, [
    operation({ kind: 'transfer', from: chainOwner, to: there, amount: amount(token) }),
  ]);
  await confirm(committee, bob, take(paid.block, bob.chain));
  const asked = await confirm(committee, alice, [
    operation({ kind: 'claim', from: there, to: here, amount: amount(token) }),
  ]);
  const sent = await confirm(committee, bob, take(asked.block, bob.chain));
  await confirm(committee, alice, take(sent.block, alice.chain));
});

const withFees: Flow = {
  name: 'a block that costs pays one',
  async play({ begin }) {
    const committee = testCommittee({ reshape: priced({ operation: 3n, message: 2n }) });
    const { alice, bob } = cast(committee);
    begin(committee, committee.validators[0] as TestValidator);
    const sent = await confirm(committee, alice, [pay(bob.chain, 1n)]);
    await confirm(committee, bob, take(sent.block, bob.chain));
  },
};

/** What happens upon one height after another. */
export const flowsOfBlocks: readonly Flow[] = [
  fastBlock,
  slowBlock,
  manyRecipients('blocks pay a score, and the messenger delivers', 'delivered'),
  manyRecipients('blocks pay a score, and all bells are lost', 'lost'),
  aFewBlocks,
  inPart,
  bounced,
  passedOver,
  published,
  openedChain,
  closedChain,
  newOwner,
  allowed,
  claimed,
  withFees,
];
