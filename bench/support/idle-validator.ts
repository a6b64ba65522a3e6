import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { localValidator } from '#api/local-validator.ts';
import { genesisCodec } from '#protocol/block/genesis.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { bytesFromHex, hexFromBytes } from '#protocol/primitives/hex.ts';
import { openCommittee, type Setting } from './committee.ts';
import type { BenchNetwork } from './network.ts';
import { granted } from './real-client.ts';

/** Bytes. */
export interface Taken {
  /** In use after collecting all garbage. */
  readonly live: number;
  /** What the process holds of the machine. */
  readonly resident: number;
}

export const idleSetting: Setting = {
  transport: 'process',
  storage: 'sqlite',
  memo: false,
  signatures: 'none',
};

/** What a new process takes to open the validator of a folder and to look at each chain once. */
export function takenByIdleValidator(
  folder: string,
  { development }: Pick<BenchNetwork, 'development'>,
): Taken {
  writeFileSync(genesisPath(folder), encode(genesisCodec, development.genesis));
  const seed = development.validatorSeeds[0]!.seed;
  const args = [
    '--expose-gc',
    '--max-semi-space-size=2',
    import.meta.filename,
    folder,
    hexFromBytes(seed),
  ];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('the idle validator failed');
  return JSON.parse(stdout) as Taken;
}

export function takenNow(): Taken {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error('run with --expose-gc');
  for (let i = 0; i < 4; i++) gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: heapUsed + external, resident: rss };
}

const genesisPath = (folder: string) => join(folder, 'genesis.bin');

async function look(folder: string, seed: Uint8Array): Promise<Taken> {
  const before = takenNow();
  const genesis = granted(decode(genesisCodec, readFileSync(genesisPath(folder))));
  const network = granted(networkFrom(genesis));
  const seeds = [{ name: 'validator-1', seed }];
  const committee = await openCommittee(network, seeds, idleSetting, folder);
  const [ports, node] = [committee.ports[0]!, committee.nodes[0]!];
  const validator = localValidator(ports, node);
  for (const chain of network.rootChains) {
    const info = granted(await validator.info(chain, { ownership: true, pending: true }));
    if (info.next !== 1n) throw new Error(`chain ${chain} has ${info.next} blocks`);
  }
  const after = takenNow();
  await committee.close();
  return { live: after.live - before.live, resident: after.resident - before.resident };
}

if (import.meta.main) {
  installNativeHash();
  const [folder = '', seed = ''] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await look(folder, bytesFromHex(seed))));
}
