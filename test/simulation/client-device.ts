import { memoryWalletStore, type WalletRecords } from '#adapters/memory/wallet-store.ts';
import { type Client, connect } from '#client/client.ts';
import { createWallet, openWallet } from '#client/wallet/open-wallet.ts';
import type { WalletRejection } from '#client/wallet/rejection.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { type Device, usesFast } from './device.ts';
import { tooMuch } from './draft.ts';
import { InvariantFailure } from './invariant-failure.ts';
import { lookAround } from './live.ts';
import { pause } from './submit.ts';

/** What the product's client may refuse to an honest owner while things go wrong. */
const expectedKinds = new Set([
  'no-quorum',
  'block-pending',
  'nothing-pending',
  'inbox-empty',
  'insufficient-balance',
  'conflict',
  'wait-for-timeout',
  'wallet-busy',
]);

/** A device that runs the product's own client, as a wallet would. */
export async function liveAsClient(device: Device, isBusy: () => boolean): Promise<void> {
  const client = await openClient(device);
  for (;;) {
    await pause(device, 0, 1_500);
    if (isBusy()) await oneBlock(device, client);
    // Who has come to rest still helps validators that are behind.
    else await lookAround(device);
  }
}

async function oneBlock(device: Device, client: Client): Promise<void> {
  const { random, observer, scheduler } = device.context;
  const done = await doSomething(device, client);
  if (done.ok) {
    const { chain, height, hash } = done.value.block;
    observer.acknowledged({ chain, height, hash });
    return;
  }
  const { kind, found, expected } = done.error;
  if (!expectedKinds.has(kind)) {
    const said = `${kind}: found ${found}, expected ${expected}`;
    scheduler.fail(new InvariantFailure(`the client refuses ${said}`));
  }
  if (random.chance(0.5)) await client.retryPending(device.chain.chain);
}

function doSomething({ context, chain: { chain } }: Device, client: Client) {
  const { random, network } = context;
  if (random.chance(0.4)) return client.processInbox(chain);
  const others = network.network.rootChains.filter((one) => one !== chain);
  const moved = amount(BigInt(random.chance(0.02) ? tooMuch : random.between(1, 50)));
  const pipeline = random.chance(0.5);
  return client.transfer({ from: chain, to: random.pick(others), amount: moved, pipeline });
}

/** Opens what the device finds, and connects as after any other start. */
async function openClient(device: Device): Promise<Client> {
  const { context, chain, ports, nodes, record } = device;
  const { genesis } = context.network;
  const wallet = await walletOf(device);
  const connected = await connect({
    network: genesis,
    validators: nodes,
    wallet,
    store: record.store,
    verifier: ports.verifier,
    clock: ports.clock,
  });
  if (!connected.ok) throw new Error(`${connected.error.kind}: ${connected.error.found}`);
  const client = connected.value;
  if (usesFast(device)) await client.setFast(chain.chain, true);
  return client;
}

async function walletOf({ context, chain, ports, record, signer }: Device): Promise<Wallet> {
  const { crypto, network } = context;
  const records: WalletRecords = { records: record.wallet, locks: new Set() };
  const store = memoryWalletStore(ports.clock, records);
  const options = {
    store: { ...store, write: written },
    keys: { signer: crypto.signer, random: (length: number) => context.random.bytes(length) },
    network: network.genesis,
    passphrase: undefined,
  };
  const wallet = granted(await (record.wallet.size > 0 ? openWallet : createWallet)(options));
  if ((await wallet.chains()).length > 0) return wallet;
  const seed = chain.seeds[chain.owners.indexOf(signer)];
  granted(await wallet.addChain({ id: chain.chain, name: 'own', seed }));
  return wallet;

  async function written(changes: Parameters<typeof store.write>[0]) {
    await record.beforeStep();
    return await store.write(changes);
  }
}

function granted<T>(result: Result<T, WalletRejection | Rejection>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.kind}: ${result.error.found}`);
}
