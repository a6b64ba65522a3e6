import type { Command } from 'commander';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { Call } from './command.ts';
import { joinNetwork } from './join-network.ts';
import { whileLocked } from './net/home-lock.ts';
import { requireNetwork, type StoredNetwork } from './network-files.ts';
import { gathered } from './owners.ts';

/** What a command line says of a network that is to be joined. */
export interface JoinOptions {
  readonly genesis?: string;
  readonly network?: readonly string[];
  readonly trust?: string;
}

export function withJoinOptions(one: Command): Command {
  return one
    .option('--genesis <file>', 'join the network that this file begins')
    .option('--network <url>', 'join the network of this validator; repeat it for others', gathered)
    .option('--trust <id>', 'the id of the network, from a source you trust')
    .addHelpText(
      'after',
      '\nA network is joined with --genesis FILE, or --network URL --trust ID.',
    );
}

export function isJoining({ genesis, network, trust }: JoinOptions): boolean {
  return genesis !== undefined || network !== undefined || trust !== undefined;
}

/** The network of this home, which may be joined just now. */
export async function networkFor(
  { home, note, progress }: Call,
  options: JoinOptions,
): Promise<Result<StoredNetwork, Rejection>> {
  if (!isJoining(options)) return requireNetwork(home);
  const { genesis, network: urls = [], trust } = options;
  progress.step('asking validators');
  const joined = await whileLocked(home, () => joinNetwork(home, { genesis, urls, trust }));
  progress.step(undefined);
  if (!joined.ok) return joined;
  const { stored, weight, quorum } = joined.value;
  if (weight < quorum) {
    note(`warning: addresses of ${weight} votes are known, and a quorum is ${quorum}`);
    note('  Give more with `weft wallet init --network URL --trust ID`.');
  }
  return ok(stored);
}

/** Whether the network of a home runs elsewhere. */
export function isJoined({ notes }: StoredNetwork): boolean {
  return notes.seed === undefined;
}
