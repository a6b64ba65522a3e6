import { seatsCodec } from '../committee/committee.ts';
import { type Hash, hashCodec, hashOfValue, tag } from '../crypto/hash.ts';
import { checkItem, type ItemProof, listRoot, proveItem } from '../crypto/merkle-list.ts';
import { fixedBytes } from '../encoding/byte-strings.ts';
import { type Decoded, encode } from '../encoding/codec.ts';
import { bool, u16 } from '../encoding/integers.ts';
import { timestampCodec } from '../encoding/numbers.ts';
import { vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { text } from '../encoding/text.ts';
import { type ChainConfig, type ChainDescription, chainConfigCodec } from './chain-description.ts';
import { resourcePolicyCodec } from './policy.ts';

/** What names a network. Addresses of validators are no part of it. */
export const genesisHeaderCodec = struct({
  version: u16,
  name: text(64),
  timestamp: timestampCodec,
  /** A development network's keys follow from a seed and protect nothing. */
  development: bool,
  policy: resourcePolicyCodec,
  committee: seatsCodec,
  /** Root of the list of root chains' configurations. */
  rootChains: hashCodec,
  /** Always random, so that equal configurations never share chain ids. */
  nonce: fixedBytes(32),
});
export type GenesisHeader = Decoded<typeof genesisHeaderCodec>;

/** A network's beginning, with the configurations its header commits to. */
export const genesisCodec = struct({
  header: genesisHeaderCodec,
  rootChains: vector(chainConfigCodec, 1 << 20),
});
export type Genesis = Decoded<typeof genesisCodec>;

const genesisTag = tag('weft/genesis');
const rootChainsTag = tag('weft/root-chains');

/** Names the network: the hash of its genesis header. */
export function networkIdOf(header: GenesisHeader): Hash {
  return hashOfValue(genesisTag, genesisHeaderCodec, header);
}

export function rootChainsRoot(configs: readonly ChainConfig[]): Hash {
  return listRoot(rootChainsTag, configs.map(configBytes));
}

/** Shows that the network began with `configs[index]`. */
export function proveRootChain(configs: readonly ChainConfig[], index: number): ItemProof {
  return proveItem(rootChainsTag, configs.map(configBytes), index);
}

export function checkRootChain(
  header: GenesisHeader,
  config: ChainConfig,
  proof: ItemProof,
): boolean {
  return checkItem(rootChainsTag, header.rootChains, configBytes(config), proof);
}

/** The description of the root chain number `index`. */
export function rootDescription(
  network: Hash,
  index: number,
  { header, config }: { readonly header: GenesisHeader; readonly config: ChainConfig },
): ChainDescription {
  return { origin: { kind: 'root', network, index }, config, timestamp: header.timestamp };
}

function configBytes(config: ChainConfig): Uint8Array {
  return encode(chainConfigCodec, config);
}
