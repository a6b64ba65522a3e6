import * as z from 'zod/mini';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { amount, u128Max } from '#protocol/primitives/numbers.ts';
import type { Address, NetworkNotes } from '../network-files.ts';
import { fetchText } from './probe.ts';

const infoSchema = z.object({ balance: z.string().check(z.regex(/^\d{1,39}$/)) });

type Chain = NetworkNotes['chains'][number];

/** The chains with the balances that one of the validators tells now: for show, not verified. */
export async function readBalances(
  chains: readonly Chain[],
  [first]: readonly Address[],
): Promise<readonly Chain[]> {
  if (first === undefined) return chains;
  return await Promise.all(
    chains.map(async (chain) => {
      const info = await fetchText(`${first.url}/v1/shards/0/chains/${chain.id}`);
      const balance = info.ok ? balanceIn(info.body) : undefined;
      return balance === undefined ? chain : { ...chain, balance };
    }),
  );
}

function balanceIn(body: string): string | undefined {
  try {
    const info = infoSchema.safeParse(JSON.parse(body));
    if (!info.success) return undefined;
    const value = BigInt(info.data.balance);
    return value > u128Max ? undefined : amountText(amount(value));
  } catch {
    return undefined;
  }
}
