import { secp256k1Signer } from '#adapters/node-crypto/secp256k1-signer.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Links, WorldContext } from './context.ts';
import { nameOfSeat, simulatedNetwork, traitorsOf } from './genesis.ts';
import { InvariantFailure } from './invariant-failure.ts';
import { keyedCrypto, type SimulatedCrypto } from './keyed-crypto.ts';
import type { LedgerRules } from './ledger.ts';
import { cutLinks } from './links.ts';
import type { Mark } from './marks.ts';
import { newObserver } from './observer.ts';
import type { WorldOptions } from './options.ts';
import { newPopulation } from './population.ts';
import { randomFrom } from './random.ts';
import type { Recorder } from './recorder.ts';
import { newScheduler } from './scheduler.ts';
import { newTraffic } from './traffic.ts';

interface NewContext {
  readonly reached: Set<Mark>;
  readonly faults: WorldContext['faults'];
  readonly phase: WorldContext['phase'];
  readonly recorder?: Recorder | undefined;
  /** Two blocks are certified for one height. */
  readonly forked?: LedgerRules['forked'];
}

/** What a world begins with. */
export function newContext(
  options: WorldOptions,
  { reached, faults, phase, recorder, forked }: NewContext,
): WorldContext {
  const random = randomFrom(options.seed).fork();
  const crypto = options.crypto === 'keyed' ? keyedCrypto() : realCrypto();
  const scheduler = newScheduler();
  const network = simulatedNetwork(options, crypto, random);
  const population = newPopulation(network, crypto, random.fork());
  const blobs: WorldContext['blobs'] = new Map();
  const reach = (mark: Mark) => void reached.add(mark);
  const configs = network.genesis.rootChains;
  const roots = network.network.rootChains.map((chain, i) => [chain, configs[i]] as const);
  const observer = newObserver(new Map(roots as [ChainId, ChainConfig][]), {
    policy: network.genesis.header.policy,
    sizeOf: (id) => blobs.get(id)?.length ?? 0,
    reach,
    violated: (rule, detail) => scheduler.fail(new InvariantFailure(`${rule}: ${detail}`)),
    committeeOf: network.network.committee,
    honestAt: (seat) => (seat < traitorsOf[options.traitor] ? undefined : nameOfSeat(seat)),
    forked(first, second) {
      if (forked) return forked(first, second);
      const { hash, header } = second.block;
      const detail = `${first.block.hash} and ${hash} at ${header.height} of ${header.chain}`;
      scheduler.fail(new InvariantFailure(`one block is confirmed at a height: ${detail}`));
    },
    opened(chain, config, { header: { chain: parent, height } }) {
      reach('a chain was opened');
      population.opened(chain, config, { chain: parent, height });
    },
  });
  const nature = { name: 'nature', isAlive: true };
  const things = { options, network, crypto, scheduler, random, observer, population, blobs };
  let links: Links | undefined;
  const context: WorldContext = {
    ...things,
    nature,
    traffic: newTraffic(),
    recorder,
    faults,
    phase,
    reach,
    links() {
      links ??= cutLinks(
        context,
        network.validators.map((_, seat) => nameOfSeat(seat)),
      );
      return links;
    },
  };
  return context;
}

function realCrypto(): SimulatedCrypto {
  return {
    signer: (seed, scheme) => (scheme === 'ed25519' ? ed25519Signer(seed) : secp256k1Signer(seed)),
    verifier: () => signatureVerifier({ policy: { kind: 'clients' } }),
  };
}
