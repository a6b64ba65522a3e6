// What chaos starts: blocks of one chain, as fast as they come, until there are enough.
import { openSqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { homeFrom } from '#cli/home.ts';
import { ownerFromText } from '#client/account-ref.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { randomFrom } from '#test/simulation/random.ts';
import { connectHome } from './connect-home.ts';

const blocksMax = 40;

const [chain = '', as = '', seed = '0', ...others] = process.argv.slice(2);
const home = homeFrom(process.env);
const store = openSqliteChainStore(home.node, { sharing: 'shared' });
const { client, close } = await connectHome(home, store);
const random = randomFrom(Number(seed));
for (let block = 0; block < blocksMax; block++) {
  const done = await oneBlock();
  if (done.ok) {
    const { height, ...rest } = done.value.block;
    process.stdout.write(`${JSON.stringify({ block: { ...rest, height: `${height}` } })}\n`);
  } else if (done.error.kind === 'block-pending' || done.error.kind === 'no-quorum') {
    console.error(JSON.stringify({ error: done.error }));
    process.exitCode = 3;
    break;
  }
}
await close();

function oneBlock() {
  if (random.chance(0.2)) return client.processInbox(chain);
  return client.transfer({
    from: chain,
    to: random.pick(others),
    amount: amount(BigInt(random.between(1, 1_000)) * 10n ** 15n),
    pipeline: random.chance(0.5),
    as: ownerFromText(as),
  });
}
