import { memoryWalletStore, type WalletRecords } from '#adapters/memory/wallet-store.ts';
import { type Client, connect } from '#client/client.ts';
import type { ClientRejection } from '#client/rejection.ts';
import type { BlockReceipt } from '#client/transfer.ts';
import { acceptAll } from '#client/wallet/inbox-policy.ts';
import { createWallet, openWallet } from '#client/wallet/open-wallet.ts';
import type { WalletRejection } from '#client/wallet/rejection.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import { isResting, paceOf } from './context.ts';
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
export async function liveAsClient(device: Device): Promise<void> {
  const { phase } = device.context;
  const wallet = await walletOf(device);
  const client = await openClient(device, wallet);
  for (;;) {
    await pause(device, 0, 1_500 * paceOf(device.context));
    if (!isResting(phase())) await oneBlock(device, { client, wallet });
    // Who has come to rest still helps validators that are behind.
    else if (await learnChain(device, device.chain.chain)) await lookAround(device);
  }
}

interface Opened {
  readonly client: Client;
  readonly wallet: Wallet;
}

async function oneBlock(device: Device, opened: Opened): Promise<void> {
  const { random, observer, scheduler } = device.context;
  const { client } = opened;
  const done = await doSomething(device, opened);
  if (done.ok) {
    for (const { chain, height, hash } of done.value) {
      observer.acknowledged({ chain, height, hash });
    }
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

type Done = Result<readonly BlockReceipt['block'][], ClientRejection>;

async function doSomething(device: Device, { client, wallet }: Opened): Promise<Done> {
  const {
    context,
    chain: { chain },
    ports,
  } = device;
  const { random } = context;
  if (random.chance(0.4)) {
    const kind = random.chance(0.15) ? 'reject' : 'accept';
    await wallet.setInboxPolicy(chain, { ...acceptAll, rule: { kind } });
    return blocksOf(await client.processInbox(chain));
  }
  const settings = await readSettings(ports, chain);
  if (settings && !settings.closed && random.chance(0.5)) {
    const operations = await wishes(device, settings);
    const published = operations.find((one) => one.kind === 'publish-blob');
    return published
      ? await publish(device, client, published.blob)
      : blocksOf(await client.execute({ chain, operations, pipeline: random.chance(0.5) }));
  }
  return blocksOf(await pay(device, client));
}

function blocksOf(done: Result<BlockReceipt, ClientRejection>): Done {
  return done.ok ? ok([done.value.block]) : done;
}

async function publish({ context, chain }: Device, client: Client, blob: BlobId): Promise<Done> {
  const content = context.blobs.get(blob);
  if (!content) throw new Error('who means to publish a blob has it');
  const done = await client.publishBlob({ chain: chain.chain, content });
  return done.ok ? ok(done.value.receipts.map(({ block }) => block)) : done;
}

async function pay({ context, chain: { chain } }: Device, client: Client) {
  const { random, population, options } = context;
  const others = population.chains().filter((one) => one !== chain);
  const count = random.chance(0.02) ? tooMuch : random.between(1, 50);
  const moved = amount(BigInt(count) * unitOf(options));
  const pipeline = random.chance(0.5);
  return await client.transfer({ from: chain, to: random.pick(others), amount: moved, pipeline });
}

/** Opens what the device finds, and connects as after any other start. */
export async function openClient(device: Device, wallet: Wallet): Promise<Client> {
  const { context, chain, ports, nodes, record } = device;
  const { genesis } = context.network;
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

export async function walletOf({ context, chain, ports, record, key }: Device): Promise<Wallet> {
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
  const owner = granted(await wallet.addKey({ kind: key.scheme, seed: key.seed }));
  granted(await wallet.assignChain({ id: chain.chain, name: 'own', owner }));
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
