import type { BlobId } from '../block/blob.ts';
import type { ProposedBlock } from '../block/proposed-block.ts';
import { blobFacts } from '../execution/blob-facts.ts';
import { type Executed, executeBlock } from '../execution/execute-block.ts';
import { assert } from '../primitives/assert.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import {
  type DecisionContext,
  type Given,
  type Needs,
  nothingNeeded,
  type Refused,
  refused,
} from './decision.ts';
import type { OpenChain } from './open-chain.ts';

/** What executing a block over the present tip gives, or what it lacks. */
export type ExecutedOver =
  | { readonly kind: 'executed'; readonly result: Executed }
  | Needs
  | Refused;

/** Executes a block over the present tip. The view is left as it was. */
export function executeOver(
  { network }: Pick<DecisionContext, 'network'>,
  { head, view }: OpenChain,
  { proposed, given }: { readonly proposed: ProposedBlock; readonly given: Given },
): ExecutedOver {
  const before = view.checkpoint();
  const blobs = blobFacts(given.blobSizes, given.published);
  const context = { policy: network.genesis.policy, parentTime: head.timestamp, blobs };
  const executed = executeBlock(view, proposed, context);
  view.rollback(before);
  const blobSizes = [...blobs.missing].filter((id) => !given.blobSizes.has(id));
  const published = [...blobs.unpublished].filter((id) => !given.published.has(id));
  const pieces = [...view.missing];
  if (pieces.length + blobSizes.length + published.length > 0) {
    return { ...nothingNeeded, pieces, blobSizes, published };
  }
  if (blobs.missing.size > 0) return refused(lacksBlobs([...blobs.missing]));
  if (blobs.unpublished.size > 0) {
    const ids = [...blobs.unpublished].join(' ');
    return refused(refuse('unpublished-blob', ids, 'blobs that a block published').error);
  }
  if (!executed.ok) return refused(executed.error);
  assert(executed.value !== undefined, 'nothing is missing');
  return { kind: 'executed', result: executed.value };
}

/** The refusal that lists the blobs whose bytes are to be sent first. */
export function lacksBlobs(ids: readonly BlobId[]): Rejection<'missing-blobs'> {
  return refuse('missing-blobs', ids.join(' '), 'their bytes, sent before').error;
}
