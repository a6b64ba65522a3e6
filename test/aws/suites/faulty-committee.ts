import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { nodeAt } from '#cli/peers.ts';
import { type DevelopmentNetwork, developmentGenesis } from '#client/genesis.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { amount, duration } from '#protocol/primitives/numbers.ts';
import { seededFaults } from '#test/aws/proxy/seeded-faults.ts';
import { deployValidator } from '#test/aws/support/deployed-validator.ts';
import { type FaultyValidator, startFaulty } from '#test/aws/support/faulty-validator.ts';
import { type Random, randomFrom } from '#test/simulation/random.ts';
import { watchVotes } from '#test/simulation/watch-votes.ts';
import {
  chainOf,
  granted,
  newDevice,
  type OpenClient,
  openClient,
  type Reachable,
  testKeys,
} from '#test/support/client-world.ts';

const seeds = process.env.WEFT_FAULT_SEED?.split(',').map(Number) ?? [1, 2];
const owners = ['alice', 'bob', 'carol'] as const;
const rate = 0.1;
const transfersOfEach = 5;
/** Of some thousands of calls, so many go wrong at least. */
const faultsMin = 100;
const triesMax = 60;
const drainMsMax = 60_000;

before(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});

interface Committee extends Reachable {
  readonly faulty: readonly FaultyValidator[];
  readonly violations: readonly string[];
  votes(): number;
  /** How many calls went wrong. */
  faults(): number;
  close(): Promise<void>;
}

/** Four validators of functions, every one of whose calls may go wrong as the seed says. */
async function opened(seed: number, random: Random): Promise<Committee> {
  const nonce = testKeys.random(32);
  const options = { seed: 'faulty', validators: 4, nonce, time: systemClock.now() };
  const development = developmentGenesis(options, testKeys);
  const network = granted(networkFrom(development.genesis));
  const violations: string[] = [];
  const watch = watchVotes(network.committee, (claim, found) => {
    violations.push(`${claim}: ${found}`);
  });
  let votes = 0;
  // Whatever comes late, a write is conditional where that matters.
  const plan = seededFaults({ seed, rate, mayBeLate: () => true });
  const faulty: FaultyValidator[] = [];
  const located: ReturnType<typeof locatedAt>[] = [];
  const writers: ((bytes: Uint8Array) => Promise<void>)[] = [];
  for (const { name, seed: key } of development.validatorSeeds) {
    const deployed = await deployValidator({ genesis: development.genesis, name, seed: key });
    const onVote = (vote: Parameters<typeof watch.seen>[1]) => {
      votes++;
      watch.seen(hexFromBytes(vote.publicKey.bytes), vote);
    };
    const own = { name, deployed, plan, random: random.fork(), onVote };
    const validator = await startFaulty(own);
    faulty.push(validator);
    located.push(locatedAt(development, validator));
    writers.push((bytes) => deployed.write('peers.json', bytes));
  }
  const peers = new TextEncoder().encode(JSON.stringify(located));
  for (const write of writers) await write(peers);
  const nodes = located.map((one) => nodeAt(one));
  return {
    development,
    clock: systemClock,
    validators: nodes.map((node) => ({ node })),
    timeouts: { request: duration(10_000_000n), delivery: duration(1_000_000n) },
    faulty,
    violations,
    votes: () => votes,
    faults: () => [...plan.drawn().values()].flat().filter((fault) => fault !== undefined).length,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      for (const each of faulty) await each.close();
    },
  };
}

function locatedAt({ validatorSeeds }: DevelopmentNetwork, { name, url }: FaultyValidator) {
  const own = validatorSeeds.find((one) => one.name === name);
  assert.ok(own);
  return { name, url, publicKey: hexFromBytes(ed25519Signer(own.seed).publicKey.bytes) };
}

/** Makes blocks until so many are final; what is refused is finished or tried again. */
async function pay(committee: Committee, from: string, random: Random): Promise<OpenClient> {
  const open = await openClient(committee, [from]);
  const others = owners.filter((one) => one !== from);
  for (let block = 0; block < transfersOfEach; block++) {
    const to = chainOf(committee, random.pick(others));
    const units = amount(BigInt(random.between(1, 1_000)));
    await certified(open, from, () => open.client.transfer({ from, to, amount: units }));
  }
  return open;
}

async function certified(
  { client }: OpenClient,
  chain: string,
  work: () => Promise<{ readonly ok: boolean }>,
): Promise<void> {
  for (let tries = 0; tries < triesMax; tries++) {
    if ((await work()).ok) return;
    await sleep(50);
    await client.retryPending(chain);
  }
  assert.fail(`${chain} makes no block`);
}

/** Lets messengers and drivers work until nothing waits any more. */
async function drain({ faulty }: Committee): Promise<void> {
  const end = performance.now() + drainMsMax;
  for (const each of faulty) {
    for (;;) {
      await each.deliver();
      await each.drive();
      const { records, owed } = await each.left();
      if (records === 0 && owed === 0) break;
      assert.ok(performance.now() < end, `${each.name}: ${records} records, ${owed} chains wait`);
    }
  }
}

async function supplyOf(committee: Committee): Promise<bigint> {
  const { client } = await openClient(committee, owners, newDevice());
  let sum = 0n;
  for (const name of owners) {
    granted(await client.sync(name));
    const { confirmed, incoming } = granted(await client.balance(name));
    sum += confirmed + incoming;
  }
  await client.close();
  return sum;
}

for (const seed of seeds) {
  test(`under faults of seed ${seed} transfers certify, money is conserved, no slot has two votes`, async () => {
    const random = randomFrom(seed);
    const committee = await opened(seed, random.fork());
    const before = committee.development.chainKeys.reduce((sum, { balance }) => sum + balance, 0n);
    let isBusy = true;
    const background = committee.faulty.map(async (each) => {
      while (isBusy) {
        await each.deliver();
        await each.drive();
        await sleep(200);
      }
    });
    const clients = await Promise.all(owners.map((from) => pay(committee, from, random.fork())));
    for (const [index, open] of clients.entries()) {
      const name = owners[index] ?? '';
      await certified(open, name, () => open.client.processInbox(name));
      await open.client.close();
    }
    isBusy = false;
    await Promise.all(background);
    await drain(committee);
    for (const each of committee.faulty) await each.heal();
    assert.equal(await supplyOf(committee), before);
    assert.deepEqual(committee.violations, []);
    assert.ok(committee.votes() >= owners.length * transfersOfEach * 3);
    assert.ok(committee.faults() > faultsMin, `${committee.faults()} faults`);
    await committee.close();
  });
}
