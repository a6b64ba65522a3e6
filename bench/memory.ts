import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { localNode } from '#client/local-node/local-node.ts';
import { fastRound } from '#protocol/block/round.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Committee, openCommittee } from './support/committee.ts';
import { type BenchNetwork, benchNetwork, transfers } from './support/network.ts';
import { fixedSignature, trustingVerifier } from './support/no-signatures.ts';
import type { Question } from './support/question.ts';
import { atMost, plain, type Result } from './support/report.ts';
import { confirmBlock, type Sender, settle } from './support/sender.ts';

/** A validator alone, whose chains have each made one block and then nothing. */
export const memory: Question = {
  name: 'memory',
  asks: 'Memory of one validator for each idle chain, its store included',
  async answer({ kind }) {
    const chains = kind === 'quick' ? 4_000 : 100_000;
    return [...(await measure('sqlite', chains)), ...(await measure('memory', chains / 4))];
  },
};

type Storage = 'sqlite' | 'memory';

/** Chains of the validator that warms up code and caches, before anything counts. */
const firstChains = 500;

async function measure(storage: Storage, chains: number): Promise<readonly Result[]> {
  await (await validatorWith(firstChains, storage)).close();
  const before = taken();
  const validator = await validatorWith(chains, storage);
  const after = taken();
  await validator.close();
  const name = `${chains.toLocaleString('en-US')} chains, ${storage}`;
  const each = (bytes: number) => ({ measured: bytes / chains, unit: 'bytes a chain' });
  return [
    plain({
      name: `${name}, live`,
      ...each(after.live - before.live),
      ...(storage === 'sqlite' && { bar: atMost(4_096) }),
    }),
    plain({ name: `${name}, resident`, ...each(after.resident - before.resident) }),
  ];
}

/** Bytes in use after collecting all garbage, and what the process holds of the machine. */
function taken(): { readonly live: number; readonly resident: number } {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error('run with --expose-gc');
  for (let i = 0; i < 4; i++) gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: heapUsed + external, resident: rss };
}

async function validatorWith(chains: number, storage: Storage): Promise<Committee> {
  const bench = benchNetwork(chains, { validators: 1 });
  const committee = await openCommittee(bench.network, bench.development.validatorSeeds, {
    transport: 'process',
    storage,
    memo: false,
    signatures: 'none',
  });
  const sender = senderOver(committee, bench);
  for (let from = 0; from < chains; from += atOnce) {
    const some = bench.senders.slice(from, from + atOnce);
    await Promise.all(some.map((one) => makeBlock(sender, one)));
  }
  await committee.quiet();
  return committee;
}

const atOnce = 250;

async function makeBlock(
  sender: Omit<Sender, 'signers'>,
  { chain, seed }: BenchNetwork['senders'][number],
): Promise<void> {
  const own = { ...sender, signers: new Map([[chain, fixedSignature(ed25519Signer(seed))]]) };
  const draft = { chain, round: fastRound, transactions: transfers(1) };
  await settle(sender as Sender, await confirmBlock(own, draft));
}

/** Drafts are executed over what the validator has, and nothing is kept twice. */
function senderOver(
  { ports, nodes }: Committee,
  { network }: BenchNetwork,
): Omit<Sender, 'signers'> {
  const local = localNode({
    network,
    store: ports[0]!.chains,
    verifier: trustingVerifier,
    clock: systemClock,
    ours: new Set(),
  });
  return {
    nodes,
    network,
    seats: network.committee(epoch(0))!,
    local: { ...local, apply: () => Promise.resolve(ok(undefined)) },
  };
}
