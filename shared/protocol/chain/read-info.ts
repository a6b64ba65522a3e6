import type { ChainId } from '../block/chain-id.ts';
import { noHash } from '../block/header.ts';
import { chainOwner } from '../block/owner.ts';
import { fastRound, isSameRound } from '../block/round.ts';
import type { Settings } from '../execution/system-state.ts';
import { readBalance } from '../execution/system-state.ts';
import { currentRound } from '../manager/rounds.ts';
import { amount, blockHeight, timestamp } from '../primitives/numbers.ts';
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

/** What is said of a chain that nothing describes here: it has no block yet, whatever is kept. */
export function unopenedInfo({
  chain,
  epoch,
}: {
  readonly chain: ChainId;
  readonly epoch: ChainInfo['epoch'];
}): ChainInfo {
  return {
    chain,
    next: blockHeight(0n),
    tip: undefined,
    timestamp: timestamp(0n),
    epoch,
    round: fastRound,
    deadline: undefined,
    state: noHash,
    balance: amount(0n),
    quarantined: false,
    ownership: undefined,
    pending: undefined,
  };
}
