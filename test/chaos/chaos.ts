import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Vote } from '#protocol/block/vote.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { type Random, randomFrom } from '#test/simulation/random.ts';
import { watchVotes } from '#test/simulation/watch-votes.ts';
import { startRecorder } from './recorder.ts';
import { blocksOf, certifiedVotes, countLost, settle, supplyOf, untilAgreed } from './settle.ts';
import { type Acknowledged, startTraffic, type Traffic } from './traffic.ts';
import {
  type ChaosValidator,
  chaosValidator,
  type StartedNetwork,
  startNetwork,
} from './validators.ts';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  onProgress(line: string): void;
}

export interface ChaosReport {
  readonly kills: number;
  readonly acknowledgedLost: number;
  readonly conflictingVotes: number;
  readonly supplyBefore: string;
  readonly supplyAfter: string;
  /** Blocks that commands said were final. */
  readonly acknowledged: number;
  /** Votes that left validators. */
  readonly votes: number;
}

/** Kills processes of a network and of its clients, again and again, and sees what is left. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-chaos-'));
  const home = join(folder, 'network');
  const network = await startNetwork(home);
  const validators = network.validators.map((one) => chaosValidator(home, one));
  try {
    return await observe(options, { folder, home, network, validators });
  } finally {
    for (const validator of validators) {
      validator.kill();
      await validator.node.close();
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Scene {
  readonly folder: string;
  readonly home: string;
  readonly network: StartedNetwork;
  readonly validators: readonly ChaosValidator[];
}

async function observe(options: ChaosOptions, scene: Scene): Promise<ChaosReport> {
  const { network, validators } = scene;
  const votes = countVotes();
  const recorders = await Promise.all(
    validators.map(({ url }) => startRecorder(url, votes.released)),
  );
  try {
    const urls = recorders.map(({ url }) => url);
    const wallet = walletHome(scene, urls);
    const supplyBefore = await supplyOf(wallet, network.chains);
    const acknowledged = await disturb(options, scene, wallet);
    for (const validator of validators) validator.start();
    await Promise.all(validators.map((validator) => validator.ready()));
    acknowledged.push(...(await settle(wallet, network.chains)));
    await untilAgreed(validators, network.chains);
    const keys = validators.map(({ node }) => node.publicKey).sort(byBytes);
    let acknowledgedLost = 0;
    for (const validator of validators) {
      const blocks = await blocksOf(validator, network.chains);
      for (const vote of certifiedVotes(blocks, keys)) votes.released(vote);
      acknowledgedLost += countLost(blocks, acknowledged);
    }
    const supplyAfter = await supplyOf(wallet, network.chains);
    const { kills } = options;
    const counts = { acknowledged: acknowledged.length, ...votes.counts() };
    return { kills, acknowledgedLost, supplyBefore, supplyAfter, ...counts };
  } finally {
    for (const recorder of recorders) recorder.close();
  }
}

/** Every vote that leaves a validator, and how many convict their signer. */
function countVotes() {
  let [votes, conflictingVotes] = [0, 0];
  const seen = watchVotes(() => {
    conflictingVotes += 1;
  });
  return {
    released(vote: Vote) {
      votes += 1;
      seen(hexFromBytes(vote.publicKey.bytes), vote);
    },
    counts: () => ({ votes, conflictingVotes }),
  };
}

/** Clients have a home of their own, in which the validators' addresses are the recorders'. */
function walletHome({ folder, home, network }: Scene, urls: readonly string[]): string {
  const wallet = join(folder, 'wallet');
  const validatorsOnly = new Set(['validators', 'logs', 'net.lock']);
  cpSync(home, wallet, { recursive: true, filter: (path) => !validatorsOnly.has(basename(path)) });
  const addresses = network.validators.map((one, index) => ({ ...one, url: urls[index] }));
  writeFileSync(join(wallet, 'validators.json'), JSON.stringify(addresses));
  return wallet;
}

async function disturb(
  { kills, seed, onProgress }: ChaosOptions,
  { network, validators }: Scene,
  wallet: string,
): Promise<Acknowledged[]> {
  const random = randomFrom(seed);
  const names = network.chains.map(({ name }) => name);
  const traffics = names.map((chain) => {
    const others = names.filter((one) => one !== chain);
    return startTraffic({ home: wallet, chain, others, random: random.fork() });
  });
  let done = 0;
  while (done < kills) {
    // Now and then there is peace for a moment, so that something gets done.
    await sleep(random.chance(0.1) ? 2_000 : random.between(20, 900));
    if (killOne(random, validators, traffics)) done += 1;
    if (done % 20 === 0) onProgress(progressOf(done, traffics));
  }
  await Promise.all(traffics.map((traffic) => traffic.end()));
  return traffics.flatMap(({ acknowledged }) => acknowledged);
}

/** A validator, which starts anew a moment later, or a client's command of the moment. */
function killOne(
  random: Random,
  validators: readonly ChaosValidator[],
  traffics: readonly Traffic[],
): boolean {
  if (random.chance(0.35)) {
    const running = validators.filter((validator) => validator.isRunning());
    if (running.length === 0) return false;
    const victim = random.pick(running);
    victim.kill();
    setTimeout(() => victim.start(), random.between(0, 1_000));
    return true;
  }
  const running = traffics.flatMap((traffic) => traffic.running() ?? []);
  if (running.length === 0) return false;
  random.pick(running).kill();
  return true;
}

function progressOf(done: number, traffics: readonly Traffic[]): string {
  const sum = new Map<string, number>();
  for (const { outcomes } of traffics) {
    for (const [outcome, count] of outcomes) sum.set(outcome, (sum.get(outcome) ?? 0) + count);
  }
  const outcomes = [...sum].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
  return `${done} kills; commands: ${outcomes}`;
}

function byBytes(a: Vote['publicKey'], b: Vote['publicKey']): number {
  return Buffer.compare(a.bytes, b.bytes);
}
