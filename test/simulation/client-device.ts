import { memoryWalletStore, type WalletRecords } from '#adapters/memory/wallet-store.ts';
import { type Client, connect } from '#client/client.ts';
import { createWallet, openWallet } from '#client/wallet/open-wallet.ts';
import type { WalletRejection } from '#client/wallet/rejection.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import type { Device } from './device.ts';
import { unitOf } from './genesis.ts';
import { InvariantFailure } from './invariant-failure.ts';
import { lookAround } from './live.ts';
import { wishes } from './operations.ts';
import { learnChain } from './repair.ts';
import { usesFast } from './rights.ts';
import { pause } from './submit.ts';

/** More than there is on any chain. */
const tooMuch = 100_000_000;

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
  // What is wished for is not always possible, and owners may lose their chain.
  'not-an-owner',
  'chain-closed',
  'out-of-fees',
  'unauthenticated',
  'insufficient-allowance',
  'unpublished-blob',
  'missing-blobs',
  'unknown-chain',
  'unknown-recipient',
]);

/** A device that runs the product's own client, as a wallet would. */
export async function liveAsClient(device: Device, isBusy: () => boolean): Promise<void> {
  const client = await openClient(device);
  for (;;) {
    await pause(device, 0, 1_500);
    if (isBusy()) await oneBlock(device, client);
    // Who has come to rest still helps validators that are behind.
    else if (await learnChain(device, device.chain.chain)) await lookAround(device);
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
  if (kind === 'unknown-chain') await client.sync(device.chain.chain);
  if (random.chance(0.5)) await client.retryPending(device.chain.chain);
}

async function doSomething(device: Device, client: Client) {
  const { context, chain, ports } = device;
  const { random, population, options } = context;
  if (random.chance(0.4)) return await client.processInbox(chain.chain);
  const pipeline = random.chance(0.5);
  const settings = await readSettings(ports, chain.chain);
  if (settings && random.chance(0.4)) {
    const operations = (await wishes(device, settings)).filter(isForClient);
    return await client.execute({ chain: chain.chain, operations, pipeline });
  }
  const others = population.chains().filter((one) => one !== chain.chain);
  const count = random.chance(0.02) ? tooMuch : random.between(1, 50);
  const moved = amount(BigInt(count) * unitOf(options));
  const to = random.pick(others);
  return await client.transfer({ from: chain.chain, to, amount: moved, pipeline });
}

/** Blobs are published through the client's own way of doing it. */
function isForClient({ kind }: Operation): boolean {
  return kind !== 'publish-blob';
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
  const ownership = (await readSettings(ports, chain.chain))?.ownership;
  if (ownership && usesFast({ device, ownership })) await client.setFast(chain.chain, true);
  return client;
}

async function walletOf({ context, chain, ports, record, key }: Device): Promise<Wallet> {
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
  granted(await wallet.addChain({ id: chain.chain, name: 'own', seed: key.seed }));
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
