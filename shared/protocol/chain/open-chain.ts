import type { ChainDescription } from '../block/chain-description.ts';
import type { ChainId } from '../block/chain-id.ts';
import type { Hash } from '../crypto/hash.ts';
import { initialState } from '../execution/initial-state.ts';
import { readSettings, type Settings } from '../execution/system-state.ts';
import { openState, type StateView } from '../state/state-view.ts';
import type { Given, Needs } from './decision.ts';
import { nothingNeeded } from './decision.ts';
import { type ChainHead, genesisHead } from './head.ts';
import { storedState } from './state-ref.ts';

/** A chain ready for decisions. */
export interface OpenChain {
  readonly head: ChainHead;
  readonly view: StateView;
  readonly settings: Settings;
  /** Nodes of a state that no save has written yet: that of a chain without a block. */
  readonly unsaved: ReadonlyMap<Hash, Uint8Array>;
}

/** A head, and the nodes of its state that no save has written yet. */
export interface ChainStart {
  readonly head: ChainHead;
  readonly unsaved: ReadonlyMap<Hash, Uint8Array>;
}

/** How a chain without a block begins. */
export function firstHead(chain: ChainId, description: ChainDescription): ChainStart {
  const { state, nodes } = storedState(initialState(description.config));
  return { head: genesisHead(chain, description.timestamp, state), unsaved: nodes };
}

/** Opens the state under `head`, or says which nodes that takes. */
export function openChain(
  { head, unsaved }: ChainStart,
  // A remembered execution keeps the view's source for long: no more of what was fetched.
  { pieces }: Pick<Given, 'pieces'>,
): OpenChain | Needs {
  const read = (hash: Hash) => pieces.get(hash) ?? unsaved.get(hash);
  const { base, changes } = head.state;
  const baseNode = base.kind === 'inline' ? base.node : read(base.root);
  if (baseNode === undefined) return needsPieces(base.kind === 'stored' ? [base.root] : []);
  const view = openState(baseNode, { read }, changes);
  const settings = readSettings(view);
  if (!settings) return needsPieces(view.missing);
  return { head, view, settings, unsaved };
}

export function needsPieces(pieces: Iterable<Hash>): Needs {
  return { ...nothingNeeded, pieces: [...pieces] };
}
