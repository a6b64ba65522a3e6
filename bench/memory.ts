import { rmSync } from 'node:fs';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { localValidator } from '#api/local-validator.ts';
import { localNode } from '#client/local-node/local-node.ts';
import type { Signer } from '#ports/signer.ts';
import { fastRound } from '#protocol/block/round.ts';
import { digest, tag } from '#protocol/crypto/hash.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import { stageBlock } from '#worker/stage-block.ts';
import { type Committee, newFolder, openCommittee } from './support/committee.ts';
import {
  idleSetting,
  type Taken,
  takenByIdleValidator,
  takenNow,
} from './support/idle-validator.ts';
import { type BenchNetwork, benchNetwork, transfers } from './support/network.ts';
import { fixedSignature, trustingVerifier } from './support/no-signatures.ts';
import type { Question } from './support/question.ts';
import { atMost, plain } from './support/report.ts';
import { confirmBlock, type Sender, settle } from './support/sender.ts';

/** A validator alone, whose chains have each made one block and then nothing. */
export const memory: Question = {
  name: 'memory',
  asks: 'Memory of one validator for each idle chain, its store included',
  async answer({ kind }) {
    const chains = kind === 'quick' ? 4_000 : 100_000;
    const { live, resident } = await inFile(chains);
    const kept = await inMemory(chains / 10);
    const text = chains.toLocaleString('en-US');
    const bar = atMost(4_096);
    const unit = 'bytes a chain';
    return [
      plain({ name: `${text} chains, resident`, measured: resident / chains, unit, bar }),
      plain({ name: `${text} chains, live`, measured: live / chains, unit }),
      plain({
        name: `${(chains / 10).toLocaleString('en-US')} chains, store in memory, live`,
        measured: (10 * kept.live) / chains,
        unit,
      }),
    ];
  },
};

/** Made here, and looked at in a new process, which has none of the garbage. */
async function inFile(chains: number): Promise<Taken> {
  const folder = newFolder();
  const bench = networkOf(chains);
  const committee = await openCommittee(
    bench.network,
    bench.development.validatorSeeds,
    idleSetting,
    folder,
  );
  await makeBlocks(committee, bench);
  await committee.close();
  const taken = takenByIdleValidator(folder, bench);
  rmSync(folder, { recursive: true });
  return taken;
}

async function inMemory(chains: number): Promise<Taken> {
  const before = takenNow();
  const committee = await inMemoryWith(chains);
  const after = takenNow();
  await committee.close();
  return { live: after.live - before.live, resident: after.resident - before.resident };
}

async function inMemoryWith(chains: number): Promise<Committee> {
  const bench = networkOf(chains);
  const setting = { ...idleSetting, storage: 'memory' } as const;
  const committee = await openCommittee(bench.network, bench.development.validatorSeeds, setting);
  await makeBlocks(committee, bench);
  return committee;
}

const networkOf = (chains: number) =>
  benchNetwork(chains, { validators: 1, chainSigner: freeSigner });

const atOnce = 1_000;

async function makeBlocks(committee: Committee, bench: BenchNetwork): Promise<void> {
  const sender = senderOver(committee, bench);
  for (let from = 0; from < bench.senders.length; from += atOnce) {
    const some = bench.senders.slice(from, from + atOnce);
    const own = {
      ...sender,
      signers: new Map(some.map((one) => [one.chain, freeSigner(one.seed)])),
    };
    const makeBlock = async ({ chain }: BenchNetwork['senders'][number]) =>
      await settle(
        own,
        await confirmBlock(own, { chain, round: fastRound, transactions: transfers(1) }),
      );
    await Promise.all(some.map(makeBlock));
  }
  await committee.quiet();
}

/** Drafts are executed by the validator itself, and nothing is kept twice. */
function senderOver(
  { ports, nodes }: Committee,
  { network }: BenchNetwork,
): Omit<Sender, 'signers'> {
  const [own, node] = [ports[0]!, nodes[0]!];
  const local = localNode({
    network,
    store: { ...own.chains, blobs: own.blobs },
    verifier: trustingVerifier,
    clock: systemClock,
    ours: new Set(),
  });
  return {
    nodes: [localValidator(own, node)],
    network,
    seats: network.committee(epoch(0))!,
    local: {
      ...local,
      stage: (proposed) => stageBlock(own, proposed),
      apply: () => Promise.resolve(ok(undefined)),
    },
  };
}

const keyTag = tag('weft/bench-key');
const anySigner = ed25519Signer(digest(keyTag));

/** A key that costs nothing to make. */
function freeSigner(seed: Uint8Array): Signer {
  const publicKey = { scheme: 'ed25519', bytes: digest(keyTag, seed) } as const;
  return fixedSignature({ ...anySigner, publicKey });
}
