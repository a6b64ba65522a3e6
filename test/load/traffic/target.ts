import { httpValidator } from '#adapters/http/client.ts';
import type { HttpValidator } from '#adapters/http/validator-over.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { NamedSeed } from '#client/genesis.ts';
import { developmentSeed } from '#client/wallet/keys.ts';
import { chainIdOf } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Genesis, networkIdOf, rootDescription } from '#protocol/block/genesis.ts';
import { ownerOf, ownerText } from '#protocol/block/owner.ts';
import type { Hash } from '#protocol/crypto/hash.ts';

/** A network under load, and the chains whose keys are prepared for it. */
export interface Target {
  readonly network: Hash;
  readonly genesis: Genesis;
  readonly nodes: readonly HttpValidator[];
  readonly chains: readonly LoadChain[];
  /** Where the faucet answers. */
  readonly faucet: string | undefined;
  /** Where hints come over WebSocket; otherwise validators stream them. */
  readonly sockets: readonly string[];
}

export interface LoadChain extends NamedSeed {
  readonly chain: ChainId;
}

/** What says where to go; see test/load/README.md. */
export const targetVariables = {
  urls: 'WEFT_LOAD_URLS',
  secret: 'WEFT_LOAD_SECRET',
  network: 'WEFT_LOAD_NETWORK',
  faucet: 'WEFT_LOAD_FAUCET',
  sockets: 'WEFT_LOAD_SOCKETS',
} as const;

/** Most chains that one secret makes keys for. */
const keysMax = 1_024;
const connections = 32;
const deadlineMs = 20_000;

/** The name of a chain under load; its seed follows from it as that of a development chain. */
export function loadChainName(index: number): string {
  return `load-${index}`;
}

/** The seed of the key of a chain under load. */
export function loadSeed(secret: string, index: number): Uint8Array {
  return developmentSeed(secret, `chain ${loadChainName(index)}`);
}

export async function openTarget(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Target> {
  const { urls, secret, network: trusted } = targetVariables;
  const addresses = listed(environment[urls]);
  const [first] = addresses;
  if (first === undefined) throw new Error(`${urls} names no validator`);
  const genesis = await withNode(first, (node) => node.genesis());
  const network = networkIdOf(genesis.header);
  if ((environment[trusted] ?? network) !== network) {
    throw new Error(`${first} is of network ${network}, not of ${environment[trusted]}`);
  }
  const nodes: HttpValidator[] = [];
  for (const url of addresses) {
    const { name, publicKey } = (await withNode(url, (node) => node.network())).validator;
    nodes.push(httpValidator({ url, name, publicKey, connections, deadlineMs }));
  }
  const chains = chainsIn(genesis, environment[secret] ?? '');
  return {
    network,
    genesis,
    nodes,
    chains,
    faucet: environment[targetVariables.faucet],
    sockets: listed(environment[targetVariables.sockets]),
  };
}

function listed(text = ''): readonly string[] {
  return text.split(',').filter((one) => one !== '');
}

async function withNode<T>(url: string, ask: (node: HttpValidator) => Promise<T>): Promise<T> {
  const publicKey = { scheme: 'ed25519', bytes: new Uint8Array(32) } as const;
  const node = httpValidator({ url, name: url, publicKey, connections: 1, deadlineMs });
  try {
    return await ask(node);
  } finally {
    await node.close();
  }
}

/** The chains that the genesis gives to keys of the secret. */
function chainsIn({ header, rootChains }: Genesis, secret: string): readonly LoadChain[] {
  const network = networkIdOf(header);
  const byOwner = new Map(
    rootChains.map((config, index) => {
      const [owner] = config.ownership.superOwners;
      const chain = chainIdOf(rootDescription(network, index, { header, config }));
      return [owner ? ownerText(owner) : '', chain];
    }),
  );
  const found: LoadChain[] = [];
  for (let index = 0; index < keysMax; index++) {
    const seed = loadSeed(secret, index);
    const chain = byOwner.get(ownerText(ownerOf(ed25519Signer(seed).publicKey)));
    if (chain === undefined) break;
    found.push({ name: loadChainName(index), seed, chain });
  }
  return found;
}
