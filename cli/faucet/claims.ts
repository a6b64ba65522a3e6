import type { Client } from '#client/client.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { type AccountOwner, chainOwner, ownerText } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { type Amount, blockHeight, epoch } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import { type Claimed, type Ledger, newLedger } from './ledger.ts';

/** Most chains that one block opens, and most claims that wait. */
export const batchMax = 100;
export const waitingMax = 1_000;

/** How often a batch is begun anew: smaller, or after another block took its height. */
const attemptsMax = 16;

export interface Claims {
  /** The owner's chain: the one it has, or a new one. */
  claim(owner: AccountOwner): Promise<Result<Claimed, Rejection>>;
  known(owner: AccountOwner): Claimed | undefined;
  readonly counts: { readonly opened: number; readonly waiting: number; readonly blocks: number };
  /** Answers what is under way, and takes nothing more. */
  close(): Promise<void>;
}

export interface ClaimsOptions {
  readonly client: Pick<Client, 'block' | 'execute' | 'processInbox' | 'retryPending' | 'sync'>;
  readonly chain: ChainId;
  /** What each new chain begins with. */
  readonly amount: Amount;
}

interface Waiting {
  readonly owner: AccountOwner;
  readonly answer: Promise<Result<Claimed, Rejection>>;
  resolve(result: Result<Claimed, Rejection>): void;
}

/** Finishes what an earlier run left, and reads from the chain who has been served. */
export async function openClaims(options: ClaimsOptions): Promise<Result<Claims, Rejection>> {
  const { client, chain } = options;
  const ledger = newLedger(client, chain);
  const resumed = await client.retryPending(chain);
  if (!resumed.ok && !isOver.has(resumed.error.kind)) return resumed;
  const synced = await client.sync(chain);
  if (!synced.ok) return synced;
  if (!synced.value.isComplete || !(await ledger.readTo(synced.value.next))) {
    return fail('unreachable', 'too few validators', 'a quorum that shows the chain of the faucet');
  }
  return ok(claimsOver(options, ledger));
}

/** Nothing is pending, or something else took its place: either way the chain goes on. */
const isOver: ReadonlySet<string> = new Set(['nothing-pending', 'conflict']);

function claimsOver(options: ClaimsOptions, ledger: Ledger): Claims {
  const waiting = new Map<string, Waiting>();
  let working: Promise<void> | undefined;
  let isClosed = false;
  let blocks = 0;

  async function work(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, batchMax);
      const { failure, made } = await serveSafely(options, ledger, batch);
      blocks += made;
      for (const { owner, resolve } of batch) {
        const claimed = ledger.claimed(owner);
        if (!claimed && !failure) continue;
        waiting.delete(ownerText(owner));
        resolve(claimed ? ok(claimed) : { ok: false, error: failure as Rejection });
      }
    }
    working = undefined;
  }

  return {
    known: ledger.claimed,
    claim(owner) {
      const known = ledger.claimed(owner);
      if (known) return Promise.resolve(ok(known));
      const before = waiting.get(ownerText(owner));
      if (before) return before.answer;
      if (isClosed) return Promise.resolve(fail('faucet-busy', 'it stops', 'a faucet that runs'));
      if (waiting.size >= waitingMax) {
        return Promise.resolve(
          fail('faucet-busy', `${waiting.size} claims`, `up to ${waitingMax}`),
        );
      }
      const { promise, resolve } = Promise.withResolvers<Result<Claimed, Rejection>>();
      waiting.set(ownerText(owner), { owner, answer: promise, resolve });
      working ??= work();
      return promise;
    },
    get counts() {
      return { opened: ledger.size(), waiting: waiting.size, blocks };
    },
    async close() {
      isClosed = true;
      await working;
    },
  };
}

interface Served {
  /** Why those that have no chain now get none. */
  readonly failure: Rejection | undefined;
  /** Blocks that were made. */
  readonly made: number;
}

/** A fault of the disk answers those who wait, and the next claim finds it gone or not. */
async function serveSafely(
  options: ClaimsOptions,
  ledger: Ledger,
  batch: readonly Waiting[],
): Promise<Served> {
  try {
    return await serve(options, ledger, batch);
  } catch (error) {
    const found = error instanceof Error ? error.message : 'a fault';
    const { error: failure } = fail('storage-fault', found, 'a disk that keeps what is written');
    return { failure, made: 0 };
  }
}

/** Opens chains for those of the batch that have none: in one block, or in as many as it takes. */
async function serve(
  { client, chain, amount }: ClaimsOptions,
  ledger: Ledger,
  batch: readonly Waiting[],
): Promise<Served> {
  let most = batch.length;
  let made = 0;
  let isRefilled = false;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (batch.every(({ owner }) => ledger.claimed(owner))) return { failure: undefined, made };
    const done = await client.execute({
      chain,
      // Another device may have served some of them meanwhile.
      async operations({ next }) {
        if (!(await ledger.readTo(next))) return fail('unreachable', 'a block', 'all of them');
        const owners = batch.map(({ owner }) => owner).filter((one) => !ledger.claimed(one));
        if (owners.length === 0) return fail('faucet-busy', 'no claim is left', 'a claim');
        return ok(owners.slice(0, most).map((owner) => opening(owner, amount)));
      },
    });
    if (done.ok) {
      made++;
      await ledger.readTo(blockHeight(done.value.block.height + 1n));
      // What is left of the batch takes its turn with those that came meanwhile.
      return { failure: undefined, made };
    }
    const { kind } = done.error;
    const isPoor = kind === 'insufficient-balance' || kind === 'out-of-fees';
    if (kind === 'block-pending') await client.retryPending(chain);
    else if (isPoor && !isRefilled) {
      isRefilled = true;
      await client.processInbox(chain);
    } else if ((isPoor || tooMuch.has(kind)) && most > 1) most = most >> 1;
    else if (isPoor) return { failure: empty, made };
    else if (kind !== 'conflict' && kind !== 'faucet-busy') return { failure: done.error, made };
  }
  return { failure: busy, made };
}

const empty = fail('faucet-empty', 'too small a balance', 'what a new chain begins with').error;
const busy = fail('faucet-busy', 'others use its chain', 'a chain of its own').error;

/** Fewer chains may fit a block. */
const tooMuch: ReadonlySet<string> = new Set([
  'block-too-large',
  'too-many-transactions',
  'proposal-too-large',
  'limit-exceeded',
]);

function opening(owner: AccountOwner, balance: Amount): Operation {
  const ownership = walletOwnership(owner);
  const permissions = openPermissions;
  const config = { ownership, epoch: epoch(0), account: chainOwner, balance, permissions };
  return { kind: 'open-chain', config };
}
