import type { Block } from '#protocol/block/block.ts';
import { type ChainConfig, chainIdOf } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { isBefore } from '#protocol/block/cursor.ts';
import type { MessageBundle, OutgoingMessage } from '#protocol/block/message.ts';
import type { AccountOwner } from '#protocol/block/owner.ts';
import { freePolicy, type ResourcePolicy } from '#protocol/block/policy.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { childDescription } from '#protocol/block/published.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { amountCodec } from '#protocol/encoding/numbers.ts';
import { noBlobs } from '#protocol/execution/blob-facts.ts';
import { executeBlock } from '#protocol/execution/execute-block.ts';
import { initialState } from '#protocol/execution/initial-state.ts';
import { bundlesFor, recipientsOf } from '#protocol/messaging/bundles.ts';
import type { StateCommit } from '#protocol/state/state-commit.ts';
import { openState, type StateView } from '#protocol/state/state-view.ts';
import { blockOf, parentTime } from './execution.ts';
import { height } from './store-values.ts';

export interface Waiting {
  readonly origin: ChainId;
  readonly bundle: MessageBundle;
}

interface Place {
  readonly id: ChainId;
  state: StateCommit;
  next: bigint;
  tip: Hash | undefined;
  /** What was sent here and is not answered, in the order of sending. */
  inbox: readonly Waiting[];
}

/** Chains that execute blocks and hand each other what these send, without validators. */
export interface Economy {
  readonly chains: readonly ChainId[];
  /** The bundle that `chain` may answer next, of those of one origin the first. */
  waiting(chain: ChainId, which: number): Waiting | undefined;
  /** What refuses the block, or undefined if it is made. */
  make(
    chain: ChainId,
    signer: AccountOwner,
    transactions: readonly Transaction[],
  ): string | undefined;
  /** All tokens, on chains, under way between them, and burned. */
  supply(): bigint;
}

export interface EconomyOptions {
  readonly policy?: ResourcePolicy;
  /** Bundles of chains that are not among these, and who is to answer them. */
  readonly underWay?: readonly (Waiting & { readonly to: ChainId })[];
}

export function openEconomy(
  configs: readonly (readonly [ChainId, ChainConfig])[],
  { policy = freePolicy, underWay = [] }: EconomyOptions = {},
): Economy {
  const places = new Map<ChainId, Place>();
  const nodes = new Map<Hash, Uint8Array>();
  const unknown = new Map<ChainId, readonly Waiting[]>();
  for (const { to, ...one } of underWay) unknown.set(to, [...(unknown.get(to) ?? []), one]);
  for (const [id, config] of configs) settle(id, config);

  function settle(id: ChainId, config: ChainConfig): void {
    const state = initialState(config);
    keep(state);
    places.set(id, { id, state, next: 0n, tip: undefined, inbox: unknown.get(id) ?? [] });
    unknown.delete(id);
  }
  function keep({ written }: StateCommit): void {
    for (const [hash, bytes] of written) nodes.set(hash, bytes);
  }
  const viewOf = ({ state }: Place): StateView =>
    openState(state.rootNode, { read: (hash) => nodes.get(hash) });
  const placeOf = (id: ChainId): Place => {
    const place = places.get(id);
    if (!place) throw new Error(`no chain ${id}`);
    return place;
  };

  function apply(place: Place, block: Block): void {
    const { proposed } = block;
    place.next += 1n;
    place.tip = block.hash;
    place.inbox = proposed.transactions.reduce(withoutTaken, place.inbox);
    for (const [id, config] of openedBy(proposed)) settle(id, config);
    for (const recipient of recipientsOf(block)) {
      const sent = bundlesFor(block, recipient).map((bundle) => ({ origin: place.id, bundle }));
      const to = places.get(recipient);
      if (to) to.inbox = [...to.inbox, ...sent];
      else unknown.set(recipient, [...(unknown.get(recipient) ?? []), ...sent]);
    }
  }

  return {
    get chains() {
      return [...places.keys()];
    },
    waiting(chain, which) {
      const { inbox } = placeOf(chain);
      const origins = [...new Set(inbox.map(({ origin }) => origin))];
      const origin = origins[which % (origins.length || 1)];
      return inbox.find((one) => one.origin === origin);
    },
    make(chain, signer, transactions) {
      const place = placeOf(chain);
      const proposed = nextOf(place, signer, transactions);
      const executed = executeBlock(viewOf(place), proposed, {
        policy,
        parentTime,
        blobs: noBlobs,
      });
      if (!executed.ok) return executed.error.kind;
      if (!executed.value) throw new Error('a node is missing');
      place.state = executed.value.state;
      keep(place.state);
      apply(place, executed.value.block);
      return undefined;
    },
    supply() {
      const here = [...places.values()].map((place) => tokensOf(viewOf(place)));
      const inboxes = [...[...places.values()].map(({ inbox }) => inbox), ...unknown.values()];
      const sent = inboxes.flat().flatMap(({ bundle }) => bundle.messages.map(tokensIn));
      return [...here, ...sent].reduce((sum, part) => sum + part, 0n);
    },
  };
}

function nextOf(
  { id, next, tip }: Place,
  signer: AccountOwner,
  transactions: readonly Transaction[],
): ProposedBlock {
  return blockOf(transactions, { chain: id, height: height(next), parent: tip, signer });
}

/** What is left in an inbox once a step took a bundle: nothing of that origin up to it. */
function withoutTaken(inbox: readonly Waiting[], step: Transaction): readonly Waiting[] {
  if (step.kind !== 'receive') return inbox;
  return inbox.filter(
    ({ origin, bundle }) => origin !== step.origin || isBefore(step.bundle, bundle),
  );
}

function openedBy(proposed: ProposedBlock): readonly (readonly [ChainId, ChainConfig])[] {
  const configs = proposed.transactions.flatMap((step) =>
    step.kind === 'operation' && step.operation.kind === 'open-chain'
      ? [step.operation.config]
      : [],
  );
  return configs.map((config, index) => [
    chainIdOf(childDescription(proposed, config, index)),
    config,
  ]);
}

function tokensIn({ body, grant }: Pick<OutgoingMessage, 'body' | 'grant'>): bigint {
  return grant + (body.kind === 'credit' ? body.amount : 0n);
}

/** Every balance under the system's keys, and what was burned, as the specification lists them. */
function tokensOf(view: StateView): bigint {
  let sum = 0n;
  for (const prefix of [Uint8Array.of(0, 2), Uint8Array.of(0, 3), Uint8Array.of(0, 7)]) {
    for (const [, value] of view.scan(prefix)) {
      const balance = decode(amountCodec, value);
      if (!balance.ok) throw new Error('a balance is an amount');
      sum += balance.value;
    }
  }
  return sum;
}
