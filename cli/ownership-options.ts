import { type Command, InvalidArgumentError } from 'commander';
import type { Wallet } from '#client/wallet/wallet.ts';
import { type AccountOwner, accountOwnerCodec, ownerText } from '#protocol/block/owner.ts';
import { type Ownership, walletTimeouts } from '#protocol/block/ownership.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import { type Duration, duration, u64Max } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from './failure.ts';
import { wholeNumber } from './options.ts';
import { gathered, ownerForm, ownerNamed } from './owners.ts';

/** What of an ownership a command line may say. */
export interface OwnershipOptions {
  readonly owner?: readonly string[];
  readonly superOwner?: readonly string[];
  readonly firstLeader?: string;
  readonly multiLeaderRounds?: number;
  readonly open?: boolean;
  readonly timeoutBase?: Duration;
  readonly timeoutIncrement?: Duration;
  readonly timeoutFast?: Duration | 'none';
  readonly timeoutFallback?: Duration | 'none';
}

const ownershipHelp = `
Owners are ${ownerForm}.
Repeat --owner and --super-owner for several; what is given replaces both lists. Times are seconds.`;

/** The options of a command that says who governs a chain. */
export function withOwnershipOptions(one: Command): Command {
  return one
    .option('--owner <owner[:weight]>', 'may propose in regular rounds; weight 1', gathered)
    .option('--super-owner <owner>', 'may propose in all rounds, fast ones too', gathered)
    .option('--first-leader <owner>', 'leads the first single-leader round')
    .option('--multi-leader-rounds <number>', 'before single leaders take turns', rounds)
    .option('--open', 'let anyone propose in multi-leader rounds')
    .option('--no-open', 'let owners alone propose in them')
    .option('--timeout-base <seconds>', 'how long the first round lasts', seconds)
    .option('--timeout-increment <seconds>', 'how much longer each next one does', seconds)
    .option('--timeout-fast <seconds>', 'of the fast round, or none', secondsOrNone)
    .option('--timeout-fallback <seconds>', 'until validators may propose, or none', secondsOrNone)
    .addHelpText('after', ownershipHelp);
}

/** Whether anything at all is said of an ownership. */
export function saysOwnership(options: OwnershipOptions): boolean {
  const { owner, superOwner, firstLeader, multiLeaderRounds, open } = options;
  const { timeoutBase, timeoutIncrement, timeoutFast, timeoutFallback } = options;
  const times = [timeoutBase, timeoutIncrement, timeoutFast, timeoutFallback];
  const said = [owner, superOwner, firstLeader, multiLeaderRounds, open, ...times];
  return said.some((each) => each !== undefined);
}

/** What a chain of several owners has where nothing else is said. */
export const sharedOwnership: Ownership = {
  superOwners: [],
  owners: [],
  firstLeader: undefined,
  multiLeaderRounds: 5,
  openMultiLeader: false,
  timeouts: walletTimeouts,
};

/** The ownership that the options make of what there is. */
export async function ownershipFrom(
  wallet: Wallet,
  before: Ownership,
  options: OwnershipOptions,
): Promise<Result<Ownership, Rejection>> {
  const listed = await listsFrom(wallet, before, options);
  if (!listed.ok) return listed;
  const { firstLeader: leader } = options;
  const firstLeader =
    leader === undefined ? ok(before.firstLeader) : await ownerNamed(wallet, leader);
  if (!firstLeader.ok) return firstLeader;
  const { fast, base, increment, fallback } = before.timeouts;
  return ok({
    ...listed.value,
    firstLeader: firstLeader.value,
    multiLeaderRounds: options.multiLeaderRounds ?? before.multiLeaderRounds,
    openMultiLeader: options.open ?? before.openMultiLeader,
    timeouts: {
      fast: unlessNone(options.timeoutFast, fast),
      base: options.timeoutBase ?? base,
      increment: options.timeoutIncrement ?? increment,
      fallback: unlessNone(options.timeoutFallback, fallback),
    },
  });
}

type Lists = Pick<Ownership, 'superOwners' | 'owners'>;

async function listsFrom(
  wallet: Wallet,
  before: Lists,
  { owner = [], superOwner = [] }: OwnershipOptions,
): Promise<Result<Lists, Rejection>> {
  if (owner.length === 0 && superOwner.length === 0) return ok(before);
  const superOwners: AccountOwner[] = [];
  for (const text of superOwner) {
    const named = await ownerNamed(wallet, text);
    if (!named.ok) return named;
    superOwners.push(named.value);
  }
  const owners: Ownership['owners'][number][] = [];
  for (const text of owner) {
    const weighted = await weightedOwner(wallet, text);
    if (!weighted.ok) return weighted;
    owners.push(weighted.value);
  }
  const all = [...superOwners, ...owners.map((one) => one.owner)].map(ownerText);
  const twice = all.find((text, index) => all.indexOf(text) < index);
  if (twice !== undefined) return fail('invalid-argument', `${twice} twice`, 'each owner once');
  return ok({
    superOwners: superOwners.sort(compareOwners),
    owners: owners.sort((a, b) => compareOwners(a.owner, b.owner)),
  });
}

/** `key:HEX`, `key:HEX:3`, `bob` or `bob:3`. */
async function weightedOwner(
  wallet: Wallet,
  text: string,
): Promise<Result<Ownership['owners'][number], Rejection>> {
  const [, named = text, digits = '1'] = weightedForm.exec(text) ?? [];
  const weight = BigInt(digits);
  if (weight > u64Max) return fail('invalid-argument', text, `a weight up to ${u64Max}`);
  const owner = await ownerNamed(wallet, named);
  return owner.ok ? ok({ owner: owner.value, weight }) : owner;
}

const weightedForm = /^((?:(?:key|evm):)?[^:]+)(?::(\d{1,20}))?$/;

function compareOwners(a: AccountOwner, b: AccountOwner): number {
  return compareBytes(encode(accountOwnerCodec, a), encode(accountOwnerCodec, b));
}

function unlessNone(
  given: Duration | 'none' | undefined,
  before: Duration | undefined,
): Duration | undefined {
  return given === 'none' ? undefined : (given ?? before);
}

const rounds = wholeNumber(0, 1_000);

function seconds(text: string): Duration {
  const parts = /^(\d{1,10})(?:\.(\d{1,6}))?$/.exec(text);
  if (!parts) throw new InvalidArgumentError('It is a number of seconds, such as 10 or 0.5.');
  const [, whole = '', fraction = ''] = parts;
  return duration(BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0')));
}

function secondsOrNone(text: string): Duration | 'none' {
  return text === 'none' ? text : seconds(text);
}
