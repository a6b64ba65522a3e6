import { blobIdOf } from '#protocol/block/blob.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { type AccountOwner, chainOwner, isSameOwner, ownerOf } from '#protocol/block/owner.ts';
import { isOwner } from '#protocol/block/ownership.ts';
import type { Settings } from '#protocol/execution/system-state.ts';
import { type Amount, amount } from '#protocol/primitives/numbers.ts';
import type { Device } from './device.ts';
import { configOf, unitOf } from './genesis.ts';
import { type ChainPlan, reshaped } from './plans.ts';
import { keepBlob } from './repair.ts';

/** More than there is on any chain. */
const tooMuch = 100_000_000;

/** Chains are opened for owners who get on with each other. */
const childPlans: readonly ChainPlan[] = ['wallet', 'fast wallet', 'contended', 'led', 'governed'];

/** What an owner may want to do; some of it is refused. */
export async function wishes(device: Device, settings: Settings): Promise<readonly Operation[]> {
  const { random } = device.context;
  if (random.chance(0.06)) return [forbidden(device)];
  if (!isOwner(settings.ownership, device.owner)) return [asGuest(device)];
  const count = random.between(1, 3);
  const wanted: Operation[] = [];
  if (device.chain.plan === 'governed' && random.chance(0.5)) wanted.push(changeOwnership(device));
  for (let i = 0; i < count; i++) wanted.push(await wish(device, settings));
  if (wanted.some(({ kind }) => kind === 'close-chain')) {
    // Some of what is sent last comes back when nobody can be asked any more.
    return [...parting(device), ...wanted];
  }
  return [...wanted, ...fanOut(device)];
}

async function wish(device: Device, settings: Settings): Promise<Operation> {
  const { context, chain } = device;
  const roll = context.random.below(100);
  if (roll < 38) return transfer(device);
  if (roll < 56) return claim(device);
  if (roll < 61) return approve(device);
  if (roll < 68) return transferFrom(device);
  if (roll < 74) return await publish(device, settings);
  if (roll < 79) return verify(device);
  if (roll < 85) return openChain(device);
  if (chain.plan === 'governed') return changeOwnership(device);
  return roll > 92 && mayClose(device) ? { kind: 'close-chain' } : transfer(device);
}

/** What nobody lets anyone do. */
function forbidden(device: Device): Operation {
  const { context, chain, owner } = device;
  const others = context.population.people().filter((one) => !isSameOwner(one, owner));
  const { accounts } = context.observer.ledger.money;
  const rich = others.filter((one) => accounts.balanceOf({ ...chain, owner: one }) > 0n);
  const other = context.random.pick(rich.length > 0 ? rich : others);
  const tokens = some(context, 1, 5);
  const to = { chain: chain.chain, owner };
  const child = configOf(context.population.conceive('wallet'), tokens);
  return context.random.pick<Operation>([
    { kind: 'transfer', from: other, to, amount: tokens },
    { kind: 'approve', owner: other, spender: owner, amount: tokens },
    { kind: 'transfer-from', owner: other, spender: owner, to, amount: tokens },
    { kind: 'transfer-from', owner: chainOwner, spender: other, to, amount: tokens },
    {
      kind: 'claim',
      from: { chain: context.random.pick(context.population.chains()), owner: other },
      to,
      amount: tokens,
    },
    { kind: 'transfer', from: chainOwner, to, amount: tooMuchOf(context) },
    { kind: 'open-chain', config: { ...child, balance: tooMuchOf(context) } },
  ]);
}

function tooMuchOf(context: Device['context']): Amount {
  return some(context, tooMuch, tooMuch);
}

/** Chains that were opened are closed sooner or later; of others, some of the plainest. */
function mayClose({ context, chain: { plan, opening } }: Device): boolean {
  return context.random.chance(opening ? 0.8 : plan === 'wallet' ? 0.2 : 0);
}

/** Somebody without a chain's money can still say something about his own. */
function asGuest({ context, chain, owner }: Device): Operation {
  const spender = context.random.pick(context.population.people());
  const most = some(context, 1, 9);
  const from = { chain: chain.chain, owner };
  if (context.random.chance(0.2)) {
    return { kind: 'transfer', from: owner, to: { ...from, owner: chainOwner }, amount: most };
  }
  return { kind: 'approve', owner, spender, amount: most };
}

function transfer({ context, chain, owner }: Device): Operation {
  const { random, population } = context;
  const to = random.pick(population.chains());
  const somebody = random.chance(0.5) ? owner : random.pick(population.people());
  const target = random.chance(0.65) ? chainOwner : somebody;
  const from = random.chance(0.1) ? owner : chainOwner;
  const isTooMuch = random.chance(0.02);
  const moved = isTooMuch ? some(context, tooMuch, tooMuch) : some(context, 1, 50);
  const isHere = to === chain.chain && target.kind === 'chain';
  const receiver = isHere ? owner : target;
  return { kind: 'transfer', from, to: { chain: to, owner: receiver }, amount: moved };
}

/** Something for each chain that answers. */
function parting({ context, chain }: Device): readonly Operation[] {
  const driven = context.population.driven().filter((one) => one.chain !== chain.chain);
  return driven.map((one) => ({
    kind: 'transfer',
    from: chainOwner,
    to: { chain: one.chain, owner: chainOwner },
    amount: some(context, 1, 3),
  }));
}

/** Asks for what one may have on another chain, or for what is not one's own. */
function claim({ context, chain, owner }: Device): Operation {
  const { random, population } = context;
  const known = context.observer.ledger.money.accounts;
  const rich = population.chains().filter((one) => known.balanceOf({ chain: one, owner }) > 0n);
  const isSure = rich.length > 0 && random.chance(0.8);
  const other = random.pick(isSure ? rich : population.chains());
  const asked: AccountOwner = isSure || random.chance(0.8) ? owner : chainOwner;
  const to = random.chance(0.8) ? chain.chain : random.pick(population.chains());
  return {
    kind: 'claim',
    from: { chain: other, owner: asked },
    to: { chain: to, owner: chainOwner },
    amount: some(context, 1, 9),
  };
}

function approve({ context, chain, owner }: Device): Operation {
  const { random } = context;
  const spender = ownerOf(random.pick(chain.keys).signer.publicKey);
  const from = random.chance(0.8) ? chainOwner : owner;
  return { kind: 'approve', owner: from, spender, amount: some(context, 1, 60) };
}

function transferFrom({ context, owner }: Device): Operation {
  const to = { chain: context.random.pick(context.population.chains()), owner: chainOwner };
  const moved = some(context, 1, 20);
  return { kind: 'transfer-from', owner: chainOwner, spender: owner, to, amount: moved };
}

async function publish(device: Device, { closed }: Settings): Promise<Operation> {
  const { random, blobs } = device.context;
  const bytes = random.bytes(random.between(0, 600));
  const blob = blobIdOf({ kind: 'data' }, bytes);
  blobs.set(blob, bytes);
  if (!closed) await keepBlob(device, device.chain.chain, { id: blob, bytes });
  return { kind: 'publish-blob', blob };
}

function verify(device: Device): Operation {
  const { random, observer } = device.context;
  const published = observer.ledger.blobs();
  if (published.length === 0) return transfer(device);
  return { kind: 'verify-blob', blob: random.pick(published) };
}

/** Some chains are opened with so little that fees soon take all of it. */
function openChain(device: Device): Operation {
  const { context } = device;
  const { options, population, random } = context;
  const opened = population.chains().length - context.network.network.rootChains.length;
  if (opened >= options.children) return transfer(device);
  const ownership = population.conceive(random.pick(childPlans));
  const balance = random.chance(0.4) ? some(context, 5, 30) : some(context, 2_000, 4_000);
  return { kind: 'open-chain', config: configOf(ownership, balance) };
}

function changeOwnership({ context, chain }: Device): Operation {
  const all = chain.keys.map(({ signer }) => ownerOf(signer.publicKey));
  return { kind: 'change-ownership', ownership: reshaped(all, context.random.below(100)) };
}

/** Payments to so many chains that the sweeper has to deliver them. */
function fanOut({ context, chain }: Device): readonly Operation[] {
  const { random, population } = context;
  const others = population.chains().filter((one) => one !== chain.chain);
  if (others.length <= 16 || !random.chance(0.4)) return [];
  return others.map((to) => ({
    kind: 'transfer',
    from: chainOwner,
    to: { chain: to, owner: chainOwner },
    amount: some(context, 1, 3),
  }));
}

function some({ random, options }: Device['context'], least: number, most: number): Amount {
  return amount(BigInt(random.between(least, most)) * unitOf(options));
}
