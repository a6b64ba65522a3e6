import { randomBytes, randomInt } from 'node:crypto';
import type { HttpValidator } from '#adapters/http/validator-over.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { askFaucet } from '#cli/faucet/ask-faucet.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { type Fleet, theFleet } from './traffic/fleet.ts';
import { holdSocket, holdStream } from './traffic/hold.ts';
import { grantedTo, pay, payAmongOwners, payMany } from './traffic/pay.ts';
import { type LoadEvents, measured } from './traffic/samples.ts';
import type { LoadChain } from './traffic/target.ts';

/** What a scenario file sets. */
interface Visitor {
  readonly vars: Readonly<Record<string, unknown>>;
}

/** Owners of one chain each, who pay one another. */
export async function payNeighbour(_: Visitor, events: LoadEvents): Promise<void> {
  const { client, payers, withPayer } = await theFleet();
  await timed(events, 'transfer_ms', () =>
    withPayer(async (from) => {
      const to = payers[(payers.indexOf(from) + 1) % payers.length] as LoadChain;
      await pay(events, { client, from: from.name, to: to.chain });
    }),
  );
}

/** One block into `inboxes` inboxes. */
export async function fanOut({ vars }: Visitor, events: LoadEvents): Promise<void> {
  const { client, payers, withPayer } = await theFleet();
  const inboxes = Math.min(numberIn(vars, 'inboxes'), payers.length - 1);
  await timed(events, 'fan_out_ms', () =>
    withPayer(async ({ chain }) => {
      const others = payers.map((one) => one.chain).filter((one) => one !== chain);
      await payMany(events, { client, from: chain }, others.slice(0, inboxes));
    }),
  );
}

/** Everybody pays the same chain. */
export async function payHot(_: Visitor, events: LoadEvents): Promise<void> {
  const { client, hot, withPayer } = await theFleet();
  await timed(events, 'transfer_ms', () =>
    withPayer(({ name }) => pay(events, { client, from: name, to: hot.chain })),
  );
}

let taking: Promise<void> = Promise.resolve();

/** The owner of the hot chain takes what arrived, one block after another. */
export async function takeHot(_: Visitor, events: LoadEvents): Promise<void> {
  const { hot, hotClient } = await theFleet();
  const own = await hotClient();
  const before = taking;
  const { promise, resolve } = Promise.withResolvers<void>();
  taking = promise;
  await before;
  try {
    await timed(events, 'take_ms', async () => {
      const done = await own.processInbox(hot.name);
      if (!done.ok && done.error.kind === 'inbox-empty') return;
      events.emit('counter', 'bundles_taken', grantedTo(done).taken);
    });
  } finally {
    resolve();
  }
}

/** Two owners of a chain propose at once, each until it has its block. */
export async function contend(_: Visitor, events: LoadEvents): Promise<void> {
  const fleet = await theFleet();
  const { chain, owners } = await fleet.contended();
  await inTurn(() =>
    Promise.all(
      owners.map((client) =>
        timed(events, 'contended_ms', () =>
          payAmongOwners(events, { client, from: chain.name, to: fleet.hot.chain }),
        ),
      ),
    ),
  );
}

let contest: Promise<unknown> = Promise.resolve();

/** A device makes one block at a time, so contests wait for one another. */
async function inTurn(work: () => Promise<unknown>): Promise<void> {
  const mine = contest.then(work, work);
  contest = mine;
  await mine;
}

/** Somebody new asks for a chain, and asks again. */
export async function claim(_: Visitor, events: LoadEvents): Promise<void> {
  const { target } = await theFleet();
  if (target.faucet === undefined) throw new Error('no-faucet');
  const owner = ownerOf(ed25519Signer(Uint8Array.from(randomBytes(32))).publicKey);
  const asked = { url: target.faucet, owner, network: target.network };
  const first = await timed(events, 'claim_ms', () => askFaucet(asked));
  const again = await askFaucet(asked);
  if (grantedTo(first) !== grantedTo(again)) throw new Error('another-chain');
}

/** Reads what an explorer does, `reads` times, from any validator; replies are decoded. */
export async function read({ vars }: Visitor, events: LoadEvents): Promise<void> {
  const { target } = await theFleet();
  for (let i = 0; i < numberIn(vars, 'reads'); i++) {
    const node = oneOf(target.nodes);
    const { chain } = oneOf(target.chains);
    await timed(events, 'read_ms', () => node.network());
    const info = await timed(events, 'read_ms', () =>
      node.info(chain, { ownership: true, pending: true }),
    );
    const next = grantedTo(info).next;
    const from = blockHeight(next > 10n ? next - 10n : 0n);
    grantedTo(await timed(events, 'read_ms', () => node.blocks(chain, from, 10)));
    grantedTo(await timed(events, 'read_ms', () => node.pendingBundles(chain, undefined, 50)));
  }
}

/** Listens for `holdSeconds`. */
export async function hold({ vars }: Visitor, events: LoadEvents): Promise<void> {
  const { target, payers }: Fleet = await theFleet();
  const held = {
    chains: payers.slice(0, heldChainsMax).map(({ chain }) => chain),
    ms: 1_000 * numberIn(vars, 'holdSeconds'),
  };
  const socket = target.sockets.length > 0 ? oneOf(target.sockets) : undefined;
  if (socket !== undefined) await holdSocket(events, socket, held);
  else await holdStream(events, oneOf<HttpValidator>(target.nodes), held);
}

const heldChainsMax = 50;

async function timed<T>(events: LoadEvents, name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const done = await work();
  measured(events, name, performance.now() - start);
  return done;
}

function oneOf<T>(all: readonly T[]): T {
  return all[randomInt(all.length)] as T;
}

function numberIn(vars: Visitor['vars'], name: string): number {
  const value = Number(vars[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`the scenario sets no ${name}`);
}
