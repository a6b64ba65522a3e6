import assert from 'node:assert/strict';
import { blobOfChain } from '#protocol/block/blob.ts';
import { type Block, blockBodyCodec } from '#protocol/block/block.ts';
import {
  type ChainConfig,
  chainConfigCodec,
  chainIdOf,
} from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { rootDescription } from '#protocol/block/genesis.ts';
import { testnetPolicy } from '#protocol/block/named-policies.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { type AccountOwner, chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { resourcePolicyCodec } from '#protocol/block/policy.ts';
import type { IncomingBundle, Transaction } from '#protocol/block/transaction.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { noBlobs } from '#protocol/execution/blob-facts.ts';
import { executeBlock } from '#protocol/execution/execute-block.ts';
import { initialState } from '#protocol/execution/initial-state.ts';
import { bundlesFor } from '#protocol/messaging/bundles.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { amount, epoch, type Timestamp, timestamp } from '#protocol/primitives/numbers.ts';
import type { StateCommit } from '#protocol/state/state-commit.ts';
import { openState } from '#protocol/state/state-view.ts';
import { genesisHeader, network, rootChains } from './sample-blocks.ts';
import { owners, signerOf } from './sample-parts.ts';
import { height } from './store-values.ts';

/** All entries of a chain's state, and the root that commits to them. */
interface StateVector {
  readonly root: string;
  readonly entries: Readonly<Record<string, string>>;
}

/** Two chains, their first states, and blocks one after another with the states behind them. */
export interface ExecutionVector {
  readonly about: string;
  readonly chains: readonly {
    readonly chain: string;
    readonly config: string;
    readonly state: StateVector;
  }[];
  readonly blocks: readonly {
    readonly name: string;
    /** Where it is not the policy of the sample genesis header. */
    readonly policy?: string;
    readonly body: string;
    readonly hash: string;
    readonly state: StateVector;
  }[];
}

interface World {
  readonly id: ChainId;
  commit: StateCommit;
  tip: Block | undefined;
  time: Timestamp;
}

function stateOf({ root, rootNode }: StateCommit): StateVector {
  const view = openState(rootNode, { read: () => undefined });
  const entries = [...view.scan(new Uint8Array(0))].map(
    ([key, value]) => [hexFromBytes(key), hexFromBytes(value)] as const,
  );
  return { root, entries: Object.fromEntries(entries) };
}

function worldOf(config: ChainConfig, index: number): World {
  const id = chainIdOf(rootDescription(network, index, { header: genesisHeader, config }));
  return { id, commit: initialState(config), tip: undefined, time: genesisHeader.timestamp };
}

/** Executes the next block of a chain, one microsecond after the one before. */
function advance(
  world: World,
  transactions: readonly Transaction[],
  policy = genesisHeader.policy,
): Block {
  const proposed = {
    version: 1,
    chain: world.id,
    epoch: epoch(0),
    height: height(world.tip ? world.tip.header.height + 1n : 0n),
    timestamp: timestamp(world.time + 1n),
    parent: world.tip?.hash,
    signer: ownerOf(signerOf(1).publicKey),
    transactions,
  };
  const view = openState(world.commit.rootNode, { read: () => undefined });
  const context = { policy, parentTime: world.time, blobs: noBlobs };
  const executed = executeBlock(view, proposed, context);
  assert.ok(executed.ok && executed.value, 'the sample executes');
  world.commit = executed.value.state;
  world.tip = executed.value.block;
  world.time = proposed.timestamp;
  return executed.value.block;
}

function pay(to: ChainId, owner: AccountOwner, units: bigint): Transaction {
  const account = { chain: to, owner };
  return {
    kind: 'operation',
    operation: { kind: 'transfer', from: chainOwner, to: account, amount: amount(units) },
  };
}

function operation(one: Operation): Transaction {
  return { kind: 'operation', operation: one };
}

function childOf(owner: AccountOwner, units: bigint): ChainConfig {
  return {
    ownership: walletOwnership(owner),
    epoch: epoch(0),
    account: owner,
    balance: amount(units),
    permissions: openPermissions,
  };
}

function take(
  block: Block,
  by: World,
  kind: IncomingBundle['action']['kind'],
): readonly Transaction[] {
  return bundlesFor(block, by.id).map((bundle) => ({
    kind: 'receive',
    origin: block.header.chain,
    action: { kind },
    bundle,
  }));
}

function shown({ proposed, outcome, hash }: Block, world: World) {
  const body = hexFromBytes(encode(blockBodyCodec, { proposed, outcome }));
  return { body, hash, state: stateOf(world.commit) };
}

/** Payments, allowances, claims, a chain opened and one closed; one payment refused and returned. */
export function executionVector(): ExecutionVector {
  const [alice, bob] = rootChains.map(worldOf) as [World, World];
  const chains = rootChains.map((config, index) => ({
    chain: worldOf(config, index).id,
    config: hexFromBytes(encode(chainConfigCodec, config)),
    state: stateOf(initialState(config)),
  }));
  const blocks: ExecutionVector['blocks'][number][] = [];
  const add = (name: string, world: World, transactions: readonly Transaction[]): Block => {
    const block = advance(world, transactions);
    blocks.push({ name, ...shown(block, world) });
    return block;
  };
  const paid = add('the first chain pays itself, and twice the second', alice, [
    pay(alice.id, owners.key, 1n),
    pay(bob.id, chainOwner, 10n),
    pay(bob.id, owners.evm, 20n),
  ]);
  add('the second takes both payments', bob, take(paid, bob, 'accept'));
  const back = add('the second pays the first', bob, [pay(alice.id, chainOwner, 7n)]);
  const refused = add('the first refuses it', alice, take(back, alice, 'reject'));
  add('the second takes its money back', bob, take(refused, bob, 'accept'));
  const owner = ownerOf(signerOf(1).publicKey);
  add('the first allows another owner something, and opens a chain', alice, [
    operation({ kind: 'approve', owner: chainOwner, spender: owners.evm, amount: amount(9n) }),
    operation({ kind: 'approve', owner: chainOwner, spender: owner, amount: amount(8n) }),
    operation({ kind: 'open-chain', config: childOf(owner, 30n) }),
  ]);
  const spent = add('the first spends what it allowed itself, and verifies a blob', alice, [
    operation({
      kind: 'transfer-from',
      owner: chainOwner,
      spender: owner,
      to: { chain: bob.id, owner },
      amount: amount(5n),
    }),
    operation({ kind: 'verify-blob', blob: blobOfChain(alice.id) }),
  ]);
  const from = { chain: alice.id, owner: chainOwner };
  const to = { chain: bob.id, owner: chainOwner };
  const asked = add('the second takes that, and claims of the first', bob, [
    ...take(spent, bob, 'accept'),
    operation({ kind: 'claim', from, to, amount: amount(11n) }),
  ]);
  const granted = add('the first grants it', alice, take(asked, alice, 'accept'));
  add('the second changes hands, and closes', bob, [
    operation({ kind: 'change-ownership', ownership: walletOwnership(owner) }),
    operation({ kind: 'close-chain' }),
  ]);
  const left = add('the closed chain refuses what comes', bob, take(granted, bob, 'reject'));
  add('the first takes it back', alice, take(left, alice, 'accept'));
  const payments = [
    pay(bob.id, owner, 13n),
    operation({ kind: 'claim', from: to, to: from, amount: amount(1n) }),
  ];
  const charged = advance(alice, payments, testnetPolicy);
  blocks.push({
    name: 'where things cost something, the first pays, and claims with a grant',
    policy: hexFromBytes(encode(resourcePolicyCodec, testnetPolicy)),
    ...shown(charged, alice),
  });
  return {
    about: 'The chains are the root chains of the sample genesis header, at its time.',
    chains,
    blocks,
  };
}
