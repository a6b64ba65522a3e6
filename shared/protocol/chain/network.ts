import type { ChainDescription } from '../block/chain-description.ts';
import { chainIdOf } from '../block/chain-description.ts';
import type { ChainId } from '../block/chain-id.ts';
import { checkOwnership } from '../block/check-ownership.ts';
import {
  type Genesis,
  type GenesisHeader,
  networkIdOf,
  rootChainsRoot,
  rootDescription,
} from '../block/genesis.ts';
import { protocolVersion } from '../block/proposed-block.ts';
import { type Committee, type CommitteeRejection, committeeFrom } from '../committee/committee.ts';
import type { Hash } from '../crypto/hash.ts';
import { type Epoch, u128Max } from '../primitives/numbers.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';

/** What every node of a network agrees on before the first block. */
export interface Network {
  readonly id: Hash;
  readonly genesis: GenesisHeader;
  /** The committee of an epoch, if it is known and not revoked. */
  committee(epoch: Epoch): Committee | undefined;
  /** The published description of a chain, if there is one. */
  describe(chain: ChainId): ChainDescription | undefined;
  /** The root chains, by index. */
  readonly rootChains: readonly ChainId[];
  /** What they began with. */
  readonly rootConfigs: Genesis['rootChains'];
}

/** Why a genesis begins no network that this software can run. */
export type GenesisRejection = CommitteeRejection | Rejection<'invalid-genesis'>;

/** The network that `genesis` begins. */
export function networkFrom({ header, rootChains }: Genesis): Result<Network, GenesisRejection> {
  if (header.version !== protocolVersion) {
    const expected = `protocol version ${protocolVersion}`;
    return refuse('invalid-genesis', `protocol version ${header.version}`, expected);
  }
  const root = rootChainsRoot(rootChains);
  if (root !== header.rootChains) {
    return refuse('invalid-genesis', `root chains ${root}`, header.rootChains);
  }
  const supply = rootChains.reduce((sum, { balance }) => sum + balance, 0n);
  if (supply > u128Max) {
    return refuse('invalid-genesis', `${supply} in all balances`, `at most ${u128Max}`);
  }
  const committee = committeeFrom(header.committee);
  if (!committee.ok) return committee;
  const id = networkIdOf(header);
  const descriptions = new Map<ChainId, ChainDescription>();
  for (const [index, config] of rootChains.entries()) {
    const owned = checkOwnership(config.ownership);
    if (!owned.ok) {
      const { found, expected } = owned.error;
      return refuse('invalid-genesis', `root chain ${index}: ${found}`, expected);
    }
    const description = rootDescription(id, index, { header, config });
    descriptions.set(chainIdOf(description), description);
  }
  return ok({
    id,
    genesis: header,
    committee: (epoch) => (epoch === 0 ? committee.value : undefined),
    describe: (chain) => descriptions.get(chain),
    rootChains: [...descriptions.keys()],
    rootConfigs: rootChains,
  });
}
