import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { type Block, blockFrom } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { noHash } from '#protocol/block/header.ts';
import type { OutgoingMessage } from '#protocol/block/message.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { type BlockProposal, proposalDigest } from '#protocol/block/proposal.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { type Vote, voteDigest } from '#protocol/block/vote.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { handleRequest } from '#worker/handle-request.ts';
import {
  type TestCommittee,
  type TestOwner,
  type TestValidator,
  testCommittee,
} from './support/committee.ts';
import { confirmedFrom, draft, kindOf, pay, proposeRequest, send, take } from './support/drive.ts';
import {
  builtOperations,
  messageBodies,
  operations,
  publicKeys,
  signatures,
} from './support/sample-parts.ts';
import { hashNamed, height } from './support/store-values.ts';

interface World {
  readonly committee: TestCommittee;
  readonly validator: TestValidator;
  readonly alice: TestOwner;
  readonly bob: TestOwner;
}

function newWorld(): World {
  const committee = testCommittee();
  const [validator] = committee.validators;
  const [alice, bob] = committee.owners;
  assert.ok(validator && alice && bob);
  return { committee, validator, alice, bob };
}

/** A proposal of alice's that claims some outcome. */
async function propose(
  { committee, alice }: World,
  block: ProposedBlock,
  round: Round = multiLeader(0),
): Promise<BlockProposal> {
  const content = { block, round, outcome: noHash, retry: { kind: 'none' } } as const;
  const signature = await alice.signer.sign(proposalDigest(committee.network.id, content));
  return { ...content, publicKey: alice.signer.publicKey, signature };
}

/** Sends the proposal, and finds that nothing of the chain changed. */
async function kindOfProposal({ validator }: World, proposal: BlockProposal): Promise<string> {
  const { chains } = validator.ports;
  const { chain } = proposal.block;
  const before = await chains.loadHead(chain);
  const reply = await send(validator, proposeRequest(proposal));
  assert.deepEqual(await chains.loadHead(chain), before);
  return kindOf(reply);
}

async function nextBlock(
  { committee, validator, alice }: World,
  transactions: readonly Transaction[],
): Promise<ProposedBlock> {
  return await draft(committee, validator, alice, transactions);
}

for (const operation of Object.values(operations).filter(
  ({ kind }) => !builtOperations.has(kind),
)) {
  test(`the operation ${operation.kind} is refused, and changes nothing`, async () => {
    const world = newWorld();
    const block = await nextBlock(world, [
      pay(world.bob.chain, 1n),
      { kind: 'operation', operation },
    ]);
    assert.equal(await kindOfProposal(world, await propose(world, block)), 'not-supported');
  });
}

/**
 * A block of bob's with one message for alice, certified by all keys though no validator could
 * have executed it. Above the next height it is kept without being executed.
 */
async function certifiedMessage(world: World, message: OutgoingMessage): Promise<Block> {
  const { committee, validator, bob } = world;
  const next = await draft(committee, validator, bob, [pay(message.destination, 1n)]);
  const proposed = { ...next, height: height(1), parent: hashNamed('the block before') };
  const block = blockFrom(proposed, {
    messages: [{ transaction: 0, message }],
    previousMessages: [
      { recipient: message.destination, height: undefined, lastUnskippable: undefined },
    ],
    previousEvents: [],
    oracleResponses: [],
    events: [],
    blobs: [],
    operationResults: [],
    state: noHash,
  });
  const payload = {
    chain: bob.chain,
    height: proposed.height,
    epoch: proposed.epoch,
    round: fastRound,
    value: { kind: 'confirm', block: block.hash, unlocking: undefined },
  } as const;
  const votes = committee.validators.map(async ({ ports: { signer } }): Promise<Vote> => {
    assert.ok(signer);
    const { publicKey } = signer;
    return { payload, publicKey, signature: await signer.sign(voteDigest(payload)) };
  });
  const certificate = confirmedFrom(committee, await Promise.all(votes));
  const body = { proposed, outcome: block.outcome };
  const reply = await handleRequest(validator.ports, { kind: 'confirmed', certificate, body });
  assert.equal(reply.decided.kind, 'accepted', inspect(reply));
  return block;
}

function messageTo(destination: ChainId): OutgoingMessage {
  return {
    destination,
    authenticated: undefined,
    grant: amount(0n),
    refundTo: undefined,
    delivery: { kind: 'simple' },
    body: messageBodies.credit,
  };
}

async function kindOfMessage(change: Partial<OutgoingMessage>): Promise<string> {
  const world = newWorld();
  const { alice } = world;
  const sent = await certifiedMessage(world, { ...messageTo(alice.chain), ...change });
  const block = await nextBlock(world, take(sent, alice.chain));
  return await kindOfProposal(world, await propose(world, block));
}

const handled = new Set<string>(['credit', 'withdraw']);

for (const body of Object.values(messageBodies).filter(({ kind }) => !handled.has(kind))) {
  test(`a message ${body.kind} is refused, and changes nothing`, async () => {
    assert.equal(await kindOfMessage({ body }), 'not-supported');
  });
}

test('a simple credit executes, so the refusals above are about what they change', async () => {
  assert.equal(await kindOfMessage({}), 'wrong-outcome');
});

test('a block of another protocol version is refused', async () => {
  const world = newWorld();
  const block = await nextBlock(world, [pay(world.bob.chain, 1n)]);
  const proposal = await propose(world, { ...block, version: 2 });
  assert.equal(await kindOfProposal(world, proposal), 'not-supported');
});

for (const [scheme, publicKey] of Object.entries(publicKeys)) {
  if (scheme === 'ed25519' || scheme === 'secp256k1-eip191') continue;
  test(`a key of the scheme ${scheme} may not propose`, async () => {
    const world = newWorld();
    const block = await nextBlock(world, [pay(world.bob.chain, 1n)]);
    const proposal = { ...(await propose(world, block)), publicKey };
    assert.equal(await kindOfProposal(world, proposal), 'inadmissible-key');
  });
}

test('a signature of a scheme that is not built is not valid', async () => {
  for (const signature of Object.values(signatures)) {
    const world = newWorld();
    const block = await nextBlock(world, [pay(world.bob.chain, 1n)]);
    const proposal = { ...(await propose(world, block)), signature };
    assert.equal(await kindOfProposal(world, proposal), 'invalid-signature', signature.scheme);
  }
});

test('tokens of owners that are layout only cannot be spent', async () => {
  const world = newWorld();
  const { alice, bob } = world;
  const to = { chain: bob.chain, owner: chainOwner };
  for (const from of [operations.approve.spender, operations['transfer-from'].spender]) {
    const operation = { kind: 'transfer', from, to, amount: amount(1n) } as const;
    const block = await nextBlock(world, [{ kind: 'operation', operation }]);
    assert.equal(block.chain, alice.chain);
    assert.equal(await kindOfProposal(world, await propose(world, block)), 'unauthenticated');
  }
});

test('a chain whose description is not of the network is unknown', async () => {
  const world = newWorld();
  const block = await nextBlock(world, [pay(world.bob.chain, 1n)]);
  const child = { ...block, chain: hashNamed('a child') as string as ChainId };
  assert.equal(await kindOfProposal(world, await propose(world, child)), 'unknown-chain');
});
