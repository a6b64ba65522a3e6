import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpValidator } from '#adapters/http/client.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { newVerdictMemo } from '#adapters/node-crypto/verdict-memo.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { developmentGenesis } from '#client/genesis.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { checked } from '#test/chaos/connect-home.ts';
import { watchVotes } from '#test/simulation/watch-votes.ts';
import { loadChainName, type Target, targetVariables } from '../traffic/target.ts';
import { startFaucet } from './faucet.ts';
import { type SplitValidator, startSplitValidator } from './split-validator.ts';

/** Four validators and a faucet in this process, on free ports, with files that are not kept. */
export interface EmbeddedNetwork {
  readonly target: Target;
  readonly validators: readonly SplitValidator[];
  /** What tells traffic where to go. */
  readonly environment: Readonly<Record<string, string>>;
  /** All validators publish a map of `2^bits` shards. */
  publishMap(bits: number): void;
  /** A vote that is found elsewhere, such as in a certificate. */
  sawVote(vote: Vote): void;
  votes(): { readonly votes: number; readonly conflicting: number };
  faults(): number;
  stop(): Promise<void>;
}

const secret = 'load';
const validatorsCount = 4;
const balance = amount(10n ** 24n);
const memoMax = 100_000;
const faucetName = 'faucet';

export async function startEmbedded(chains: number): Promise<EmbeddedNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-load-'));
  const names = [...Array.from({ length: chains }, (_, i) => loadChainName(i)), faucetName];
  const { genesis, validatorSeeds, chainKeys } = developmentGenesis(
    {
      seed: secret,
      validators: validatorsCount,
      nonce: Uint8Array.from(randomBytes(32)),
      time: systemClock.now(),
      chains: names.map((name) => ({ name, balance })),
    },
    { signer: ed25519Signer },
  );
  const network = checked(networkFrom(genesis));
  const votes = countVotes(network.committee);
  let faults = 0;
  const options = {
    network,
    folder,
    memo: newVerdictMemo(memoMax),
    onVote: votes.released,
    onFault(error: unknown) {
      faults += 1;
      console.error(error);
    },
  };
  const validators = await Promise.all(
    validatorSeeds.map((one) => startSplitValidator(one, options)),
  );
  const nodes = validators.map(({ url, name }, index) => {
    const { publicKey } = ed25519Signer(validatorSeeds[index]?.seed ?? new Uint8Array());
    return httpValidator({ url, name, publicKey });
  });
  for (const [index, one] of validators.entries()) {
    one.drive(nodes.filter((_, other) => other !== index));
  }
  const faucetChain = chainKeys.filter(({ name }) => name === faucetName);
  const faucet = await startFaucet({ genesis, nodes }, faucetChain, options.onFault);
  return {
    target: {
      network: network.id,
      genesis,
      nodes,
      chains: chainKeys,
      faucet: faucet.url,
      sockets: [],
    },
    validators,
    environment: {
      [targetVariables.urls]: validators.map(({ url }) => url).join(','),
      [targetVariables.secret]: secret,
      [targetVariables.network]: network.id,
      [targetVariables.faucet]: faucet.url,
    },
    publishMap(bits) {
      for (const one of validators) one.publishMap(bits);
    },
    sawVote: votes.released,
    votes: votes.counts,
    faults: () => faults,
    async stop() {
      await faucet.stop();
      await Promise.all(nodes.map((one) => one.close()));
      await Promise.all(validators.map((one) => one.stop()));
      rmSync(folder, { recursive: true });
    },
  };
}

/** Every vote that leaves a validator, and how many convict their signer. */
function countVotes(committeeOf: Parameters<typeof watchVotes>[0]) {
  let [votes, conflicting] = [0, 0];
  const { seen } = watchVotes(committeeOf, (rule, what) => {
    conflicting += 1;
    console.error(`${rule}: ${what}`);
  });
  return {
    released(vote: Parameters<typeof seen>[1]) {
      votes += 1;
      seen(hexFromBytes(vote.publicKey.bytes), vote);
    },
    counts: () => ({ votes, conflicting }),
  };
}
