import type { Clock } from '#ports/clock.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Genesis } from '#protocol/block/genesis.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { assert } from '#protocol/primitives/assert.ts';
import { type BlockHeight, duration, epoch } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { AccountRef } from './account-ref.ts';
import { type BlockTask, execute, type OnPhase, resume } from './block/execute.ts';
import { flushLeftovers } from './block/flush-leftovers.ts';
import { newSessions, type Sessions } from './block/sessions.ts';
import type { ClientContext, Timeouts } from './context.ts';
import { eachNamed } from './each-named.ts';
import { collectFull } from './evidence/collect-full.ts';
import { fetchBlock, findBlock } from './find-block.ts';
import { followChain } from './follow-chain.ts';
import { localNode } from './local-node/local-node.ts';
import { always, type Composer } from './operations/make-block.ts';
import { type Operations, operationsOver } from './operations/operations.ts';
import { type InboxReceipt, processInbox } from './process-inbox.ts';
import { proveBlock } from './prove-block.ts';
import { type Balance, readBalances } from './read-balances.ts';
import type { ClientRejection } from './rejection.ts';
import { setFast } from './set-fast.ts';
import { newBackground } from './sync/background.ts';
import { newDeadlines } from './sync/deadlines.ts';
import { membersOf } from './sync/members.ts';
import { pullChain } from './sync/pull-chain.ts';
import { pullInbox } from './sync/pull-inbox.ts';
import {
  type BlockReceipt,
  receiptOf,
  type TransferReceipt,
  type TransferRequest,
  transfer,
} from './transfer.ts';
import { type ValidatorStatus, validatorStatus } from './validator-status.ts';
import type { Wallet } from './wallet/wallet.ts';
import type { WatchEvent } from './watch/teller.ts';
import { type Watch, watch } from './watch/watch.ts';

export interface ConnectOptions {
  readonly network: Genesis;
  readonly validators: readonly ValidatorNode[];
  readonly wallet: Wallet;
  readonly store: NodeStore;
  /** With the policy of clients: what the platform refuses is no vote. */
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly timeouts?: Partial<Timeouts>;
  /** A new name for each operation, by which validators' logs tell what belongs to it. */
  readonly newCorrelation?: () => string;
}

export interface SyncReport {
  readonly chain: ChainId;
  readonly next: BlockHeight;
  /** Envelopes that were new. */
  readonly envelopes: number;
  /** Whether all is here that a quorum has; if not, there may be more. */
  readonly isComplete: boolean;
}

export interface ExecuteRequest {
  readonly chain: ChainId;
  /** What the block does, or what decides it over the newest block. */
  readonly operations: readonly Operation[] | Composer;
  readonly pipeline?: boolean;
  readonly onPhase?: OnPhase;
}

type Answer<T> = Promise<Result<T, ClientRejection>>;

/** Drives the wallet's chains. Chains go by name, id or prefix; all waits are bounded. */
export interface Client extends Operations {
  transfer(request: TransferRequest): Answer<TransferReceipt>;
  /** A block of these operations. */
  execute(request: ExecuteRequest): Answer<BlockReceipt>;
  balance(account: AccountRef): Answer<Balance>;
  /** Downloads and verifies a chain's newer blocks, and the sender blocks of what arrived. */
  sync(chain: string): Answer<SyncReport>;
  processInbox(chain: string, onPhase?: OnPhase): Answer<InboxReceipt>;
  /** Resumes exactly the block that was saved. */
  retryPending(chain: string, onPhase?: OnPhase): Answer<BlockReceipt>;
  /** Switches fast rounds of a chain, on this device. */
  setFast(chain: string, isOn: boolean): Answer<undefined>;
  /** A block that is kept here, or that a validator has and whose certificate is valid. */
  block(chain: ChainId, height: BlockHeight): Promise<CertifiedBlock | undefined>;
  /** The block of that hash on one of the wallet's chains, as far as they are known here. */
  findBlock(hash: Hash): Promise<CertifiedBlock | undefined>;
  /** The block's certificate with all that it commits to, as a file for `judgeConflict`. */
  fullCertificate(certified: CertifiedBlock): Answer<Uint8Array>;
  /** A file that shows the block to be final, from the network's id alone. */
  prove(certified: CertifiedBlock): Answer<Uint8Array>;
  validators(): Promise<readonly ValidatorStatus[]>;
  /** Tells of verified blocks and arrivals from now on; all chains of the wallet if none is named. */
  watch(chains: readonly string[], onEvent: (event: WatchEvent) => void): Answer<Watch>;
  /** Sends what was held back. The wallet, the store and the validators are their opener's. */
  close(): Promise<void>;
}

const defaultTimeouts: Timeouts = {
  request: duration(5_000_000n),
  skew: duration(10_000_000n),
  rounds: duration(60_000_000n),
  delivery: duration(3_000_000n),
  sync: duration(15_000_000n),
  quiet: duration(100_000n),
  close: duration(5_000_000n),
};

/** A client of the network that `network` begins; sends what an earlier one left to be sent. */
export async function connect(options: ConnectOptions): Answer<Client> {
  const network = networkFrom(options.network);
  if (!network.ok) return network;
  const { wallet, clock, verifier, store, validators } = options;
  if (wallet.network !== network.value.id) {
    return refuse('other-network', wallet.network, network.value.id);
  }
  const committee = network.value.committee(epoch(0));
  assert(committee !== undefined, 'a network has its first committee');
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const ours = new Set((await wallet.chains()).map(({ id }) => id));
  const background = newBackground(clock);
  const reach = {
    committee,
    clock,
    deadlines: newDeadlines(clock),
    requestWait: timeouts.request,
    background,
  };
  const context: ClientContext = {
    network: network.value,
    committee,
    members: membersOf(validators, reach),
    local: localNode({ network: network.value, store, verifier, clock, ours }),
    wallet,
    clock,
    timeouts,
    background,
    follow: (chain) => ours.add(chain),
  };
  const sessions = newSessions(context);
  context.background.add(flushLeftovers(context, sessions, [...ours]));
  const over = (each: ClientContext) => clientOver(each, sessions.within(each), options.network);
  return ok(eachNamed(context, options.newCorrelation, over));
}

function clientOver(context: ClientContext, sessions: Sessions, genesis: Genesis): Client {
  const { wallet, background, timeouts } = context;

  const follow = (text: string): Answer<ChainId> => followChain(context, text);

  async function receipt(task: Promise<Result<Parameters<typeof receiptOf>[1], Rejection>>) {
    const done = await task;
    return done.ok ? ok(receiptOf(context, done.value)) : done;
  }

  return {
    ...operationsOver({ context, sessions }),
    transfer: (request) => transfer(context, sessions, request),
    execute({ chain, operations, pipeline = false, onPhase }) {
      const composer = typeof operations === 'function' ? operations : always(...operations);
      const compose: BlockTask['compose'] = async (head) => {
        const made = await composer(head);
        if (!made.ok) return made;
        return ok(made.value.map((operation) => ({ kind: 'operation', operation })));
      };
      return receipt(execute(context, sessions, { chain, compose, pipeline, onPhase }));
    },
    balance: (account) => readBalances(context, account),
    async sync(text) {
      const chain = await follow(text);
      return chain.ok ? await syncChain(context, chain.value) : chain;
    },
    async processInbox(text, onPhase) {
      const chain = await follow(text);
      if (!chain.ok) return chain;
      return await processInbox(context, sessions, { chain: chain.value, onPhase });
    },
    async retryPending(text, onPhase) {
      const chain = await follow(text);
      if (!chain.ok) return chain;
      const task = { chain: chain.value, pipeline: false, onPhase };
      return await receipt(resume(context, sessions, task));
    },
    async setFast(text, isOn) {
      const chain = await follow(text);
      return chain.ok ? await setFast(context, sessions, { chain: chain.value, isOn }) : chain;
    },
    block: (chain, height) => fetchBlock(context, chain, height),
    findBlock: (hash) => findBlock(context, hash),
    fullCertificate: (certified) => collectFull(context, certified),
    prove: (certified) => proveBlock(context, genesis, certified),
    validators: () => validatorStatus(context),
    async watch(texts, onEvent) {
      const named = texts.length > 0 ? texts : (await wallet.chains()).map(({ id }) => id);
      const chains = new Set<ChainId>();
      for (const text of named) {
        const chain = await follow(text);
        if (!chain.ok) return chain;
        chains.add(chain.value);
      }
      return ok(await watch(context, chains, onEvent));
    },
    async close() {
      await sessions.close();
      await background.settle(timeouts.close);
    },
  };
}

async function syncChain(context: ClientContext, chain: ChainId): Answer<SyncReport> {
  const pulled = await pullChain(context, chain);
  const inbox = await pullInbox(context, chain);
  const head = await context.local.head(chain);
  if (!head) return refuse('unknown-chain', chain, 'a chain of the network');
  const isComplete = inbox.isComplete && pulled.isComplete;
  return ok({ chain, next: head.next, envelopes: inbox.envelopes, isComplete });
}
