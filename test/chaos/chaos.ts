import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { homeFrom } from '#cli/home.ts';
import { requireNetwork } from '#cli/network-files.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { type Random, randomFrom } from '#test/simulation/random.ts';
import { watchVotes } from '#test/simulation/watch-votes.ts';
import { type Auditor, openAuditor } from './auditor.ts';
import { checked } from './connect-home.ts';
import { chainNames, type Devices, makeDevices } from './devices.ts';
import { startRecorder } from './recorder.ts';
import { blocksOf, certifiedVotes, countLost, countUnread, settle, untilAgreed } from './settle.ts';
import { newTraffic, type Traffic } from './traffic.ts';
import { type ChaosValidator, chaosValidator, startNetwork } from './validators.ts';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  onProgress(line: string): void;
}

export interface ChaosReport {
  readonly kills: number;
  /** How often everything was added up while it lasted. */
  readonly audits: number;
  readonly acknowledgedLost: number;
  readonly conflictingVotes: number;
  readonly supplyBefore: string;
  readonly supplyAfter: string;
  /** Blocks that commands said were final. */
  readonly acknowledged: number;
  /** Votes that left validators. */
  readonly votes: number;
  /** Chains that blocks opened, and blobs that commands said are published. */
  readonly opened: number;
  readonly blobs: number;
}

/** Kills processes of a network and of its clients, again and again, and sees what is left. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-chaos-'));
  const home = join(folder, 'network');
  const network = await startNetwork(home);
  const validators = network.validators.map((one) => chaosValidator(home, one));
  const votes = countVotes(networkIn(home));
  const recorders = await Promise.all(
    validators.map(({ url }) => startRecorder(url, votes.released)),
  );
  try {
    const urls = recorders.map(({ url }) => url);
    const devices = await makeDevices({ folder, home, network, urls });
    const auditor = await openAuditor({ home, ...devices });
    try {
      return await observe(options, { validators, devices, auditor, votes });
    } finally {
      await auditor.close();
    }
  } finally {
    for (const recorder of recorders) recorder.close();
    for (const validator of validators) {
      validator.kill();
      await validator.node.close();
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Scene {
  readonly validators: readonly ChaosValidator[];
  readonly devices: Devices;
  readonly auditor: Auditor;
  readonly votes: ReturnType<typeof countVotes>;
}

async function observe(options: ChaosOptions, scene: Scene): Promise<ChaosReport> {
  const { validators, devices, auditor, votes } = scene;
  const supplyBefore = await auditor.supply();
  const { audits, answers } = await disturb(options, scene, supplyBefore);
  const names = await chainNames(devices.homes[0]);
  const acknowledged = [
    ...answers.flatMap(({ blocks }) => blocks),
    ...(await settle(devices.homes[0], names)),
  ];
  const supplyAfter = await auditor.supply();
  const chains = auditor.chains();
  await untilAgreed(validators, chains);
  const blobs = answers.flatMap(({ blob }) => blob ?? []);
  const keys = validators.map(({ node }) => node.publicKey).sort(byBytes);
  let acknowledgedLost = 0;
  for (const validator of validators) {
    const blocks = await blocksOf(validator, chains);
    for (const vote of certifiedVotes(blocks, keys)) votes.released(vote);
    acknowledgedLost += countLost(blocks, acknowledged) + (await countUnread(validator, blobs));
  }
  return {
    kills: options.kills,
    audits,
    acknowledgedLost,
    supplyBefore,
    supplyAfter,
    acknowledged: acknowledged.length,
    opened: chains.length - devices.roots.length,
    blobs: blobs.length,
    ...votes.counts(),
  };
}

/** Every vote that leaves a validator, and how many convict their signer. */
function countVotes({ committee }: Network) {
  let [votes, conflictingVotes] = [0, 0];
  const { seen } = watchVotes(committee, () => {
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

function networkIn(path: string): Network {
  const { genesis } = checked(requireNetwork(homeFrom({ WEFT_HOME: path })));
  return checked(networkFrom(genesis));
}

/** Between two audits so many processes are killed. */
const killsTogether = 5;

async function disturb(
  { kills, seed, onProgress }: ChaosOptions,
  { validators, devices, auditor }: Scene,
  supply: string,
) {
  const random = randomFrom(seed);
  const traffics = devices.casts.map((cast) => newTraffic({ ...cast, random: random.fork() }));
  let audits = 0;
  for (let done = 0; done < kills; ) {
    for (const traffic of traffics) traffic.resume();
    const until = Math.min(kills, done + killsTogether);
    while (done < until) {
      // Now and then there is peace for a moment, so that something gets done.
      await sleep(random.chance(0.2) ? 2_500 : random.between(20, 900));
      if (killOne(random, validators, traffics)) done += 1;
    }
    await Promise.all(traffics.map((traffic) => traffic.pause()));
    for (const validator of validators) validator.start();
    await Promise.all(validators.map((validator) => validator.ready()));
    await auditor.untilConserved(supply);
    audits += 1;
    if (audits % 4 === 0) onProgress(progressOf(done, traffics));
  }
  return { audits, answers: traffics.flatMap(({ answers }) => answers) };
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
