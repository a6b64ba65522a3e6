import assert from 'node:assert/strict';
import { parseAmount } from '#client/amount.ts';
import type { WatchEvent } from '#client/watch/teller.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import { granted } from '#test/support/client-world.ts';
import type { ByzantineClient, ByzantineCommittee } from './byzantine-committee.ts';

/** The chains of one play, of which nobody else makes blocks. */
export interface Roles {
  readonly payer: string;
  readonly payee: string;
}

export interface Scene extends Roles {
  readonly committee: ByzantineCommittee;
  readonly payers: ByzantineClient;
  readonly payees: ByzantineClient;
  /** They have no chain of their own. */
  readonly watchers: ByzantineClient;
  readonly told: WatchEvent[];
}

/** What clients do; it asserts what is then so. */
export type Command = readonly [name: string, run: (scene: Scene) => Promise<void>];

/** Milliseconds that each command took, by its name. */
export async function perform(
  committee: ByzantineCommittee,
  roles: Roles,
  commands: readonly Command[],
): Promise<ReadonlyMap<string, number>> {
  const [payers, payees, watchers] = [
    await committee.openClient([roles.payer]),
    await committee.openClient([roles.payee]),
    await committee.openClient([]),
  ];
  const scene = { ...roles, committee, payers, payees, watchers, told: [] };
  const took = new Map<string, number>();
  const measure = async (name: string, work: () => Promise<void>) => {
    const start = performance.now();
    await work();
    took.set(name, performance.now() - start);
  };
  try {
    for (const [name, run] of commands) await measure(name, () => run(scene));
  } finally {
    await measure('close', async () => {
      await Promise.all([payers, payees, watchers].map((each) => each.close()));
    });
  }
  return took;
}

export function idOf({ committee }: Scene, name: string): ChainId {
  const found = committee.development.chainKeys.find((one) => one.name === name);
  assert.ok(found);
  return found.chain;
}

export function tokens(text: string): Amount {
  return granted(parseAmount(text));
}
