import * as z from 'zod/mini';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { amount, u128Max } from '#protocol/primitives/numbers.ts';
import type { Address, NetworkNotes } from '../network-files.ts';
import { fetchText } from './probe.ts';

const infoSchema = z.object({
  next: z.string().check(z.regex(/^\d{1,20}$/)),
  balance: z.string().check(z.regex(/^\d{1,39}$/)),
});

interface Told {
  /** Blocks that the validator has of the chain. */
  readonly next: bigint;
  readonly balance: bigint;
}

type Chain = NetworkNotes['chains'][number];

/** The chains with the balances at the validator that is furthest: for show, not verified. */
export async function readBalances(
  chains: readonly Chain[],
  addresses: readonly Address[],
): Promise<readonly Chain[]> {
  return await Promise.all(
    chains.map(async (chain) => {
      const path = `/v1/shards/0/chains/${chain.id}`;
      const told = await Promise.all(addresses.map(({ url }) => askOne(`${url}${path}`)));
      const known = told.flatMap((one) => one ?? []);
      const [first] = known.sort((one, two) => Number(two.next - one.next));
      return first === undefined ? chain : { ...chain, balance: amountText(amount(first.balance)) };
    }),
  );
}

async function askOne(url: string): Promise<Told | undefined> {
  const answer = await fetchText(url);
  if (!answer.ok) return undefined;
  try {
    const info = infoSchema.safeParse(JSON.parse(answer.body));
    if (!info.success) return undefined;
    const told = { next: BigInt(info.data.next), balance: BigInt(info.data.balance) };
    return told.balance > u128Max ? undefined : told;
  } catch {
    return undefined;
  }
}
