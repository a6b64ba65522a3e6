import { roundText } from '#protocol/block/round.ts';
import type { Manager } from '#protocol/manager/manager.ts';
import { type Height, newOwner, noMemory } from './owner.ts';
import { newQuorum } from './quorum.ts';
import type { Draft } from './setting.ts';

/** What became of a height that an honest owner took over. */
export interface TakenOver {
  readonly isConfirmed: boolean;
  /** What it did, for people. */
  readonly moves: readonly string[];
}

const movesMax = 24;

/**
 * An owner that knows nothing but what it is told, and validators that are honest and answer: a
 * quorum, with nobody to spare.
 */
export function takeOver(height: Height, managers: readonly Manager[], draft: Draft): TakenOver {
  const owner = newOwner(height, draft, noMemory);
  const nodes = managers.map((manager, seat) => ({ manager, seat }));
  const quorum = newQuorum(height.setting, nodes);
  const moves: string[] = [];
  for (let count = 0; count < movesMax; count++) {
    const move = owner.look(quorum);
    moves.push(`${move.kind}${'round' in move ? ` ${roundText(move.round)}` : ''}`);
    if (move.kind === 'stuck') return { isConfirmed: false, moves };
    if (owner.make(quorum, move)) return { isConfirmed: true, moves };
  }
  return { isConfirmed: false, moves };
}
