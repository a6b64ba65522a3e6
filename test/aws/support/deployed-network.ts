import assert from 'node:assert/strict';
import type { BlockReceipt } from '#client/transfer.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
import type { Refusal } from '#protocol/chain/requests.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { amount, type BlockHeight } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { chainOf, granted, type OpenClient, testKeys } from '#test/support/client-world.ts';
import type { CommitteeDriver } from '#test/support/committee-driver.ts';
import { asOwner, comesTrue } from '#test/support/committee-scenarios.ts';
import type { OperatorDesk } from './operator-desk.ts';

/** Validators that the CDK deployed, in one committee with embedded ones, and their operator. */
export interface DeployedNetwork {
  readonly committee: DeployedCommittee;
  readonly desk: OperatorDesk;
}

export interface DeployedCommittee extends CommitteeDriver {
  /** What its deployed members were asked so far. */
  readonly asked: readonly AskedOf[];
}

/** A request that was answered. */
export interface AskedOf {
  readonly member: string;
  readonly path: string;
  /** Of the answer's body. */
  readonly bytes: number;
}

/** What holds for it; each leaves it as it found it, but for its chains. */
export interface DeployedScenario {
  readonly name: string;
  run(network: DeployedNetwork): Promise<void>;
}

/** A block that sent something. */
export interface Sent {
  readonly chain: ChainId;
  readonly height: BlockHeight;
}

interface Committee {
  readonly committee: CommitteeDriver;
}

export function nodeOf({ committee }: Committee, member: string): ValidatorNode {
  const found = committee.validators.find(({ node: { name } }) => name === member);
  assert.ok(found, member);
  return found.node;
}

/** The committee, one of whose members is reached in another way. */
export function reachedBy({ committee }: Committee, other: ValidatorNode): CommitteeDriver {
  const validators = committee.validators.map(({ node }) => ({
    node: node.name === other.name ? other : node,
  }));
  return { ...committee, validators };
}

/** One unit for bob from another chain, in each of so many messages. */
export function unitsForBob(committee: CommitteeDriver, count: number): readonly Operation[] {
  return transfersTo(Array.from({ length: count }, () => chainOf(committee, 'bob')));
}

/** So many recipients are not served before the reply: a record has the messenger do it. */
export async function payMany(
  committee: CommitteeDriver,
  from: 'alice' | 'carol' = 'alice',
): Promise<Sent> {
  const strangers = Array.from({ length: promptRecipientsMax }, newChain);
  const operations = transfersTo([chainOf(committee, 'bob'), ...strangers]);
  return await asOwner(committee, [from], async ({ client }) => {
    const chain = chainOf(committee, from);
    const { block } = granted(await client.execute({ chain, operations }));
    return { chain, height: block.height };
  });
}

/** A chain that nobody has heard of. */
export function newChain(): ChainId {
  const chain = chainIdFromText(hexFromBytes(testKeys.random(32)));
  assert.ok(chain);
  return chain;
}

export function transfersTo(chains: readonly ChainId[]): readonly Operation[] {
  return chains.map((chain) => ({
    kind: 'transfer',
    from: chainOwner,
    to: { chain, owner: chainOwner },
    amount: amount(1n),
  }));
}

/** All that a member's inbox of bob holds, a page of so many at a time. */
export async function rowsOfBob(
  network: Committee,
  member: string,
  pageItems = 100,
): Promise<readonly InboxRow[]> {
  const bob = chainOf(network.committee, 'bob');
  const rows: InboxRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await answered(() =>
      nodeOf(network, member).pendingBundles(bob, cursor, pageItems),
    );
    assert.ok(page.items.length <= pageItems);
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return rows;
}

/** Whether the member's inbox of bob holds what this block sent. */
export async function hasRow(network: Committee, member: string, sent: Sent): Promise<boolean> {
  const rows = await rowsOfBob(network, member);
  return rows.some(({ origin, height }) => origin === sent.chain && height === sent.height);
}

export async function isStored(network: Committee, member: string, sent: Sent): Promise<boolean> {
  const basics = { ownership: false, pending: false };
  const { next } = await answered(() => nodeOf(network, member).info(sent.chain, basics));
  return next > sent.height;
}

/** The emulator runs few functions at a time: whoever is told that it is busy asks again. */
export async function answered<T>(ask: () => Promise<Result<T, Refusal>>): Promise<T> {
  let answer = await ask();
  await comesTrue(async () => {
    if (answer.ok || answer.error.kind !== 'busy') return true;
    answer = await ask();
    return false;
  });
  return granted(answer);
}

const attemptsMax = 10;

/** A block of this chain that is final: what was not answered in time is asked again. */
export async function madeFinal(
  { client }: OpenClient,
  chain: string,
  make: () => Promise<Result<FinalBlock, Rejection>>,
): Promise<BlockReceipt['block']> {
  let made = await make();
  for (let attempt = 1; !made.ok && attempt < attemptsMax; attempt++) {
    const resumed = await client.retryPending(chain);
    const isNew = !resumed.ok && resumed.error.kind === 'nothing-pending';
    made = isNew ? await make() : resumed;
  }
  return granted(made).block;
}

type FinalBlock = Pick<BlockReceipt, 'block'>;
