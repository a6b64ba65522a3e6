import { setTimeout as sleep } from 'node:timers/promises';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { homeFrom } from '#cli/home.ts';
import { childrenOf } from '#client/wallet/adopt-children.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type AccountOwner, chainOwner } from '#protocol/block/owner.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { amount, blockHeight } from '#protocol/primitives/numbers.ts';
import { type ConnectedHome, checked, connectHome } from './connect-home.ts';

/** Somebody who follows every chain, verifies every block and adds everything up. */
export interface Auditor {
  /** All chains there are: those that it began with, and those that their blocks opened. */
  chains(): readonly ChainId[];
  /** Tokens in all accounts and on their way to them. */
  supply(): Promise<string>;
  /** @throws if in all the time that repairs may take the supply is never the one that it was. */
  untilConserved(supply: string): Promise<void>;
  close(): Promise<void>;
}

export interface Audited {
  /** Chains that others descend from. */
  readonly roots: readonly ChainId[];
  /** Whoever may have an account on one of the roots. */
  readonly owners: readonly AccountOwner[];
}

const conservedMsMax = 60_000;

export interface AuditorOptions extends Audited {
  /** With a wallet, and addresses that nobody is in front of. */
  readonly home: string;
}

export async function openAuditor({ home, ...audited }: AuditorOptions): Promise<Auditor> {
  return auditorOver(await connectHome(homeFrom({ WEFT_HOME: home }), memoryChainStore()), audited);
}

/** An auditor that follows chains with this client, which nobody else uses. */
export function auditorOver({ client, close }: ConnectedHome, { roots, owners }: Audited): Auditor {
  const seen = new Map<ChainId, bigint>(roots.map((chain) => [chain, 0n]));

  /** Follows a chain to its end, and finds what it opened. */
  async function follow(chain: ChainId): Promise<void> {
    const { next } = checked(await client.sync(chain));
    for (let at = seen.get(chain) ?? 0n; at < next; at++) {
      const certified = await client.block(chain, blockHeight(at));
      if (!certified) throw new Error(`no block ${at} of ${chain}`);
      for (const { id } of childrenOf(certified.block)) if (!seen.has(id)) seen.set(id, 0n);
      seen.set(chain, at + 1n);
    }
  }

  async function supply(): Promise<string> {
    let sum = 0n;
    // A map hands on what is added to it while it is gone through.
    for (const chain of seen.keys()) {
      await follow(chain);
      for (const owner of roots.includes(chain) ? [chainOwner, ...owners] : [chainOwner]) {
        const { confirmed, incoming } = checked(await client.balance({ chain, owner }));
        sum += confirmed + incoming;
      }
    }
    return amountText(amount(sum));
  }

  return {
    chains: () => [...seen.keys()],
    supply,
    async untilConserved(expected) {
      const end = performance.now() + conservedMsMax;
      let found = '';
      // Blocks that a dead client left behind are finished and delivered in a while.
      while (performance.now() < end) {
        found = await supply();
        if (found === expected) return;
        await sleep(200);
      }
      throw new Error(`there are ${found} tokens, and there were ${expected}`);
    },
    close,
  };
}
