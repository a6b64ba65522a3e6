import { type AccountOwner, ownerText } from '../block/owner.ts';
import { isOwner } from '../block/ownership.ts';
import type { ProposedBlock } from '../block/proposed-block.ts';
import { dataBlobsOf } from '../block/published.ts';
import type { Hash } from '../crypto/hash.ts';
import { refuse } from '../primitives/rejection.ts';
import {
  type DecisionContext,
  type Given,
  type Needs,
  nothingNeeded,
  type Refused,
  refused,
  type WantedBlobs,
} from './decision.ts';
import { lacksBlobs } from './execute-over.ts';
import type { OpenChain } from './open-chain.ts';

/** Who may send the blobs that a proposed block lacks: its proposer, into a slot of its own. */
export function proposersSlot({ settings }: OpenChain, proposer: AccountOwner): SlotHolder {
  const isGuest = !isOwner(settings.ownership, proposer);
  return { holder: ownerText(proposer), isGuest };
}

/** A quorum answers for the block, so whoever has its blobs may send them. */
export function certifiedSlot(block: Hash): SlotHolder {
  return { holder: `block:${block}`, isGuest: false };
}

type SlotHolder = Pick<WantedBlobs, 'holder' | 'isGuest'>;

/** What a block lacks of the blobs that it publishes: undefined if their bytes are all at hand. */
export function lackingBlobs(
  { network }: Pick<DecisionContext, 'network'>,
  block: ProposedBlock,
  { slot, given }: { readonly slot: SlotHolder; readonly given: Given },
): Needs | Refused | undefined {
  const ids = dataBlobsOf(block);
  const most = network.genesis.policy.limits.publishedBlobs;
  if (ids.length > most) {
    return refused(refuse('limit-exceeded', `${ids.length} blobs`, `up to ${most}`).error);
  }
  const blobSizes = ids.filter((id) => !given.blobSizes.has(id));
  if (blobSizes.length > 0) return { ...nothingNeeded, blobSizes };
  const lacked = ids.filter((id) => given.blobSizes.get(id) === undefined);
  if (lacked.length === 0) return undefined;
  // A slot takes the place of the one before: it must hold on to what was sent since.
  return { ...refused(lacksBlobs(lacked)), slot: { ...slot, height: block.height, wanted: ids } };
}
