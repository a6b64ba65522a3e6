import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '#test/simulation/random.ts';

/** Whose commands follow each other, and what they may be about. */
export interface Cast {
  /** A home that its commands use. */
  readonly home: string;
  readonly chain: string;
  /** The owner who signs, where the chain has several; otherwise whoever owns it. */
  readonly as: string | undefined;
  /** Who owns the chain, as accounts on other chains name it. */
  readonly owner: string;
  /** Chains that are paid. */
  readonly others: readonly string[];
  readonly random: Random;
}

/** The chain that a command makes a block of, and what it is given. */
export interface Planned {
  readonly chain: string;
  readonly args: readonly string[];
}

/** What an owner does next with a chain, or with those that it opened. */
export function planNext(cast: Cast, turn: number, children: readonly string[]): Planned {
  const { chain, as, random } = cast;
  if (random.chance(0.2)) return { chain, args: ['process-inbox', chain] };
  if (as !== undefined) return { chain, args: [...transferFrom(cast, chain), '--as', as] };
  const [child] = children;
  if (child !== undefined && random.chance(0.3)) return planForChild(cast, child);
  return { chain, args: planForChain(cast, turn) };
}

/** Everything has its turn, so that little time is enough for all of it. */
function planForChain(cast: Cast, turn: number): readonly string[] {
  const { chain, owner, random, others } = cast;
  const account = `${owner}@${random.pick(others)}`;
  switch (turn % 6) {
    case 0:
      return ['open-chain', '--from', chain, '--balance', '0.5'];
    case 1:
      return ['publish-blob', newFile(cast), '--chain', chain];
    case 2:
      return ['transfer', '0.02', '--from', chain, '--to', account];
    case 3:
      return ['claim', '0.01', '--from', account, '--to', chain];
    default:
      return transferFrom(cast, chain);
  }
}

function planForChild(cast: Cast, child: string): Planned {
  const { chain, random } = cast;
  switch (random.below(3)) {
    case 0:
      return { chain: child, args: ['close-chain', child, '--drain-to', chain] };
    case 1:
      return { chain: child, args: ['process-inbox', child] };
    default:
      return { chain: child, args: transferFrom(cast, child) };
  }
}

function transferFrom({ random, others }: Cast, chain: string): readonly string[] {
  const amount = `0.${random.between(1, 99).toString().padStart(3, '0')}`;
  return ['transfer', amount, '--from', chain, '--to', random.pick(others)];
}

function newFile({ home, random }: Cast): string {
  const content = random.bytes(100);
  const file = join(home, `${Buffer.from(content.subarray(0, 8)).toString('hex')}.blob`);
  writeFileSync(file, content);
  return file;
}
