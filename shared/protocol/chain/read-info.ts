import { chainOwner } from '../block/owner.ts';
import { isSameRound } from '../block/round.ts';
import type { Settings } from '../execution/system-state.ts';
import { readBalance } from '../execution/system-state.ts';
import { currentRound } from '../manager/rounds.ts';
import type { StateView } from '../state/state-view.ts';
import type { ChainHead } from './head.ts';
import type { ChainInfo } from './info.ts';

/** The basics of a chain; what is given only on request is left out. */
export function infoOf(head: ChainHead, view: StateView, settings: Settings): ChainInfo {
  const round = currentRound(head.manager, settings.ownership);
  const { deadline } = head.manager;
  return {
    chain: head.chain,
    next: head.next,
    tip: head.tip,
    timestamp: head.timestamp,
    epoch: settings.epoch,
    round,
    deadline: deadline && isSameRound(deadline.round, round) ? deadline.at : undefined,
    state: head.state.root,
    balance: readBalance(view, chainOwner),
    quarantined: head.quarantined,
    ownership: undefined,
    pending: undefined,
  };
}
