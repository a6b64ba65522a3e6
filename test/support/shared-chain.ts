import type { ManualClock } from '#adapters/memory/manual-clock.ts';
import { parseAmount } from '#client/amount.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { clientClock, passing } from './client-time.ts';
import {
  afterCrash,
  type ClientWorld,
  chainOf,
  clientWorld,
  type Device,
  granted,
  newDevice,
  openClient,
} from './client-world.ts';
import { firstChainOwned } from './reshaped.ts';

export const one = granted(parseAmount('1'));
export const two = granted(parseAmount('2'));
export const second = 1_000_000n;

export interface SharedWorld extends ClientWorld {
  readonly clock: ManualClock;
}

/** A network of which alice and bob own the first chain, each as `change` says. */
export function sharedWorld(
  change: Parameters<typeof firstChainOwned>[0] = ([alice, bob]) => bothOwn([alice, bob]),
): SharedWorld {
  const clock = clientClock();
  return { ...clientWorld({ clock, reshape: firstChainOwned(change) }), clock };
}

type Owner = Ownership['superOwners'][number];

/** Regular owners, and one multi-leader round; nearly all single-leader rounds are the first's. */
export function bothOwn(owners: readonly (Owner | undefined)[]): Partial<Ownership> {
  const regular = owners.flatMap((owner, index) =>
    owner ? [{ owner, weight: index === 0 ? 1_000_000n : 1n }] : [],
  );
  const hashOf = ({ owner }: (typeof regular)[number]) => (owner.kind === 'key' ? owner.hash : '');
  regular.sort((a, b) => (hashOf(a) < hashOf(b) ? -1 : 1));
  return { superOwners: [], owners: regular, multiLeaderRounds: 1 };
}

/** A device with the first chain under its own name, and the key of `name` alone. */
export async function deviceOf(world: SharedWorld, name: string, device: Device = newDevice()) {
  const opened = await passing(world.clock, openClient(world, [name], device));
  const seed = world.development.chainKeys.find((key) => key.name === name)?.seed;
  const { wallet, client } = opened;
  granted(await wallet.addChain({ id: chainOf(world, 'alice'), name: 'shared', seed }));
  const pay = (amount: typeof one) =>
    client.transfer({ from: 'shared', to: chainOf(world, 'carol'), amount });
  return { ...opened, pay };
}

export type Opened = Awaited<ReturnType<typeof deviceOf>>;

export async function close(world: SharedWorld, ...devices: readonly Opened[]) {
  for (const { client } of devices) await passing(world.clock, client.close());
}

/** Lets only those requests through that `isLet` says; the others are never answered. */
export function gate(world: ClientWorld, isLet: (request: ChainRequest, seat: number) => boolean) {
  for (const { switch: control, seat } of world.validators) {
    control.onRequest = (request) =>
      isLet(request, seat) ? undefined : new Promise<void>(() => undefined);
  }
}

export function openGates(world: ClientWorld) {
  for (const { switch: control } of world.validators) control.onRequest = undefined;
}

/** What an owner leaves behind whose transfer stopped where the gate closed. */
export async function vanishing(
  world: SharedWorld,
  name: string,
  isLet: (request: ChainRequest, seat: number) => boolean,
): Promise<Device> {
  const { pay, device } = await deviceOf(world, name);
  gate(world, isLet);
  const { clock } = world;
  await passing(clock, Promise.race([pay(one), clock.sleep(duration(400_000n))]));
  openGates(world);
  return afterCrash(device);
}

export const carolGets = async (world: SharedWorld) => {
  const opened = await passing(world.clock, openClient(world, ['carol']));
  const { incoming } = granted(await passing(world.clock, opened.client.balance('carol')));
  await passing(world.clock, opened.client.close());
  return incoming;
};

/** Rounds of a wallet's chain, and a fast round that ends after so many seconds. */
export function timeouts({ fast }: { readonly fast: bigint }): Ownership['timeouts'] {
  return {
    fast: duration(fast * second),
    base: duration(10n * second),
    increment: duration(second),
    fallback: undefined,
  };
}
