import type { ChainConfig } from '../block/chain-description.ts';
import { assert } from '../primitives/assert.ts';
import { emptyRootNode } from '../state/node.ts';
import type { StateCommit } from '../state/state-commit.ts';
import { openState } from '../state/state-view.ts';
import { writeBalance, writeSettings } from './system-state.ts';

/** The execution state that a chain with this configuration starts with. */
export function initialState({
  ownership,
  epoch,
  account,
  balance,
  permissions,
}: ChainConfig): StateCommit {
  const view = openState(emptyRootNode, { read: () => undefined });
  writeSettings(view, { ownership, epoch, closed: false, permissions });
  if (balance > 0n) writeBalance(view, account, balance);
  const commit = view.commit();
  assert(commit !== undefined, 'a new state lacks nothing');
  return commit;
}
