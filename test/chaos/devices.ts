import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ownerFromText } from '#client/account-ref.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import type { AccountOwner } from '#protocol/block/owner.ts';
import { runCommand } from './command-process.ts';
import type { Cast } from './plan.ts';
import type { StartedNetwork } from './validators.ts';

/** Homes of clients, and what is done in them. */
export interface Devices {
  /** Of the wallet that has everything, and of the one that shares a chain with it. */
  readonly homes: readonly [string, string];
  readonly casts: readonly Omit<Cast, 'random'>[];
  /** Chains that the commands begin with. */
  readonly roots: readonly ChainId[];
  readonly owners: readonly AccountOwner[];
}

export interface DevicesOptions {
  readonly folder: string;
  /** Of the network. */
  readonly home: string;
  readonly network: StartedNetwork;
  /** Where clients reach its validators. */
  readonly urls: readonly string[];
}

const sharedName = 'shared';
const rounds = [
  '--multi-leader-rounds',
  '2',
  '--timeout-base',
  '0.5',
  '--timeout-increment',
  '0.1',
];

/** Two devices with keys of one wallet, and a chain of two of its owners, one on each device. */
export async function makeDevices(options: DevicesOptions): Promise<Devices> {
  const { folder, network } = options;
  const homes = [join(folder, 'first'), join(folder, 'second')] as const;
  copyHome(options, homes[0]);
  const names = network.chains.map(({ name }) => name);
  const [one = '', two = ''] = names;
  const owners = ['--owner', one, '--owner', two, '--name', sharedName];
  const opening = ['open-multi-owner-chain', '--from', one, '--balance', '30'];
  const { chain } = (await runCommand(homes[0], [...opening, ...owners, ...rounds])) as Opened;
  cpSync(homes[0], homes[1], { recursive: true });
  const ownerOf = await ownersIn(homes[0]);
  const castOf = (name: string, home: string, as?: string) => ({
    home,
    chain: name,
    as,
    owner: ownerOf.get(as ?? name) ?? '',
    others: [...names, sharedName].filter((other) => other !== name),
  });
  return {
    homes,
    casts: [
      ...names.map((name) => castOf(name, homes[0])),
      castOf(sharedName, homes[0], one),
      castOf(sharedName, homes[1], two),
    ],
    roots: [...network.chains, chain].flatMap(({ id }) => chainIdFromText(id) ?? []),
    owners: names.flatMap((name) => ownerFromText(ownerOf.get(name) ?? '') ?? []),
  };
}

interface Opened {
  readonly chain: { readonly id: string };
}

interface Shown {
  readonly chains: readonly { readonly name: string; readonly owner: string }[];
}

/** All chains of a wallet, those that it opened too. */
export async function chainNames(home: string): Promise<readonly string[]> {
  return [...(await ownersIn(home)).keys()];
}

async function ownersIn(home: string): Promise<ReadonlyMap<string, string>> {
  const { chains } = (await runCommand(home, ['wallet', 'show'])) as Shown;
  return new Map(chains.map(({ name, owner }) => [name, owner]));
}

/** Clients have homes of their own, in which the validators' addresses are the recorders'. */
function copyHome({ home, network, urls }: DevicesOptions, to: string): void {
  const validatorsOnly = new Set(['validators', 'logs', 'net.lock']);
  cpSync(home, to, { recursive: true, filter: (path) => !validatorsOnly.has(basename(path)) });
  const addresses = network.validators.map((one, index) => ({ ...one, url: urls[index] }));
  writeFileSync(join(to, 'validators.json'), JSON.stringify(addresses));
}
