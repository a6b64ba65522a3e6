import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ChainStore } from '#ports/chain-store.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import { rootChainsRoot } from '#protocol/block/genesis.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import { headFor } from '#protocol/chain/open-chain.ts';
import { hashFromBytes } from '#protocol/crypto/hash.ts';
import { amount, blockHeight, epoch } from '#protocol/primitives/numbers.ts';
import { openCommittee, type Setting } from './support/committee.ts';
import { type BenchNetwork, benchNetwork } from './support/network.ts';
import type { Question } from './support/question.ts';
import { atMost } from './support/report.ts';

/** How much memory do chains take that nobody uses? */
export const idleChains: Question = {
  name: 'memory of idle chains, each with a block',
  async ask({ isQuick }, found) {
    const count = isQuick ? 10_000 : 100_000;
    const name = `${count.toLocaleString('en-US')} chains`;
    const bench = benchNetwork(1);
    for (const storage of ['sqlite', 'memory'] as const) {
      const before = bytesInUse();
      const network = networkWith(bench, count);
      const published = bytesInUse();
      const setting: Setting = {
        transport: 'process',
        storage,
        memo: false,
        signatures: 'ed25519',
      };
      const seeds = bench.development.validatorSeeds.slice(0, 1);
      const committee = await openCommittee(network, seeds, setting);
      const [validator] = committee.ports;
      if (validator === undefined) throw new Error('there is a validator');
      await saveHeads(validator.chains, network);
      const after = bytesInUse();
      const each = (bytes: number) => bytes / count;
      found({
        name: `${name}, one validator, ${storage}: all it holds, genesis included`,
        value: each(after - before),
        unit: 'bytes a chain',
        bar: atMost(4_096),
      });
      found({
        name: `${name}, one validator, ${storage}: apart from the genesis`,
        value: each(after - published),
        unit: 'bytes a chain',
      });
      await committee.close();
    }
  },
};

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function bytesInUse(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The network of a committee, with other chains: of wallets whose keys nobody needs here. */
function networkWith({ development }: BenchNetwork, count: number): Network {
  const rootChains = Array.from({ length: count }, configOf);
  const header = { ...development.genesis.header, rootChains: rootChainsRoot(rootChains) };
  const network = networkFrom({ header, rootChains });
  if (!network.ok) throw new Error(network.error.found);
  return network.value;
}

function configOf(): ChainConfig {
  const hash = hashFromBytes(Uint8Array.from(randomBytes(32)));
  return {
    ownership: walletOwnership({ kind: 'key', hash }),
    epoch: epoch(0),
    account: chainOwner,
    balance: amount(10n ** 20n),
    permissions: openPermissions,
  };
}

const savesAtOnce = 500;

/** A head as after a first block, for every chain. */
async function saveHeads(store: ChainStore, network: Network): Promise<void> {
  const { rootChains } = network;
  for (let from = 0; from < rootChains.length; from += savesAtOnce) {
    await Promise.all(
      rootChains.slice(from, from + savesAtOnce).map(async (chain) => {
        const start = headFor(network, chain, undefined);
        if (start === undefined) throw new Error('the chain is of the network');
        const head = { ...start.head, next: blockHeight(1n), tip: start.head.state.root };
        const nothing = { pieces: [], nodes: [], blocks: [], rows: [], owed: undefined };
        await store.save(chain, 0, { ...nothing, head });
      }),
    );
  }
}
