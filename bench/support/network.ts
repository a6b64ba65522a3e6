import { randomBytes } from 'node:crypto';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { type ChainKey, type DevelopmentNetwork, developmentGenesis } from '#client/genesis.ts';
import { developmentSeed } from '#client/wallet/keys.ts';
import type { Signer } from '#ports/signer.ts';
import { chainIdFromHash } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import { hashOf, tag } from '#protocol/crypto/hash.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { type Reshape, reshaped } from '#test/support/reshaped.ts';

export interface BenchNetwork {
  readonly network: Network;
  readonly development: DevelopmentNetwork;
  readonly senders: readonly ChainKey[];
}

const benchSeed = 'bench';
const balance = amount(10n ** 30n);

export interface NetworkMaking {
  readonly validators?: number;
  /** The chains' keys. */
  readonly chainSigner?: (seed: Uint8Array) => Signer;
  /** What the genesis has otherwise. */
  readonly reshape?: Reshape;
}

/** Four validators, and as many chains with money as asked for. */
export function benchNetwork(
  chains: number,
  { validators = 4, chainSigner = ed25519Signer, reshape = (same) => same }: NetworkMaking = {},
): BenchNetwork {
  const votes = Array.from({ length: validators }, (_, index) =>
    hexFromBytes(developmentSeed(benchSeed, `validator-${index + 1}`)),
  );
  const signer = (seed: Uint8Array) =>
    votes.includes(hexFromBytes(seed)) ? ed25519Signer(seed) : chainSigner(seed);
  const plain = developmentGenesis(
    {
      seed: benchSeed,
      validators,
      nonce: Uint8Array.from(randomBytes(32)),
      time: systemClock.now(),
      chains: Array.from({ length: chains }, (_, index) => ({ name: `chain-${index}`, balance })),
    },
    { signer },
  );
  const development = reshaped(plain, reshape);
  const network = networkFrom(development.genesis);
  if (!network.ok) throw new Error(network.error.found);
  return { network: network.value, development, senders: development.chainKeys };
}

/** To whom the transfers of one block go. */
export type Recipients = 'one' | 'distinct';

const recipientTag = tag('weft/bench-recipient');
const strangers = Array.from({ length: 100 }, (_, index) =>
  chainIdFromHash(hashOf(recipientTag, asciiBytes(`${index}`))),
);

/** Transfers of one unit each from the chain's own balance. */
export function transfers(count: number, recipients: Recipients = 'one'): readonly Transaction[] {
  return Array.from({ length: count }, (_, index) => {
    const chain = strangers[recipients === 'one' ? 0 : index % strangers.length];
    if (chain === undefined) throw new Error('there are strangers');
    const to = { chain, owner: chainOwner };
    const operation = { kind: 'transfer', from: chainOwner, to, amount: amount(1n) } as const;
    return { kind: 'operation', operation };
  });
}
