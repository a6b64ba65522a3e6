// What chaos starts: blocks of one chain, as fast as they come, until there are enough.
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { openSqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { openSqliteWalletStore } from '#adapters/sqlite/wallet-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { homeFrom } from '#cli/home.ts';
import { keyMaker } from '#cli/keys.ts';
import { readAddresses, requireNetwork } from '#cli/network-files.ts';
import { nodeAt } from '#cli/peers.ts';
import { type Client, connect } from '#client/client.ts';
import { openWallet } from '#client/wallet/open-wallet.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { type Random, randomFrom } from '#test/simulation/random.ts';

const blocksMax = 40;

const [chain = '', seed = '0', ...others] = process.argv.slice(2);
const client = await connectHome();
const random = randomFrom(Number(seed));
for (let block = 0; block < blocksMax; block++) {
  const done = await oneBlock(client, random);
  if (done.ok) {
    const { height, ...rest } = done.value.block;
    process.stdout.write(`${JSON.stringify({ block: { ...rest, height: `${height}` } })}\n`);
  } else if (done.error.kind === 'block-pending' || done.error.kind === 'no-quorum') {
    console.error(JSON.stringify({ error: done.error }));
    process.exitCode = 3;
    break;
  }
}
await client.close();

function oneBlock(client: Client, random: Random) {
  if (random.chance(0.2)) return client.processInbox(chain);
  return client.transfer({
    from: chain,
    to: random.pick(others),
    amount: amount(BigInt(random.between(1, 1_000)) * 10n ** 15n),
    pipeline: random.chance(0.5),
  });
}

async function connectHome(): Promise<Client> {
  const home = homeFrom(process.env);
  const { genesis } = checked(requireNetwork(home));
  const store = openSqliteWalletStore(home.wallet, systemClock);
  const wallet = await openWallet({
    store,
    keys: keyMaker,
    passphrase: () => Promise.reject(new Error('a development wallet has no passphrase')),
    network: genesis,
  });
  const connected = await connect({
    network: genesis,
    validators: checked(readAddresses(home)).map((one) => nodeAt(one)),
    wallet: checked(wallet),
    store: openSqliteChainStore(home.node, { sharing: 'shared' }),
    verifier: signatureVerifier({ policy: { kind: 'clients' } }),
    clock: systemClock,
  });
  return checked(connected);
}

function checked<T>(result: Result<T, Rejection>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.kind}: ${result.error.found}`);
}
