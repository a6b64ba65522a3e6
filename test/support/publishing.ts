import { strict as assert } from 'node:assert/strict';
import { inspect } from 'node:util';
import { type BlobId, blobIdOf } from '#protocol/block/blob.ts';
import type { ChainConfig, ChainDescription } from '#protocol/block/chain-description.ts';
import { chainIdOf } from '#protocol/block/chain-description.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { childDescription } from '#protocol/block/published.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { amount, epoch } from '#protocol/primitives/numbers.ts';
import { takeBlob } from '#worker/serve-blobs.ts';
import type { TestCommittee, TestOwner } from './committee.ts';
import { confirm, draft, kindOf, proposeRequest, send, token } from './drive.ts';
import { signedProposal } from './requests.ts';

/** The operation that publishes a data blob. */
export function publication(content: Uint8Array): Transaction {
  const blob = blobIdOf({ kind: 'data' }, content);
  return { kind: 'operation', operation: { kind: 'publish-blob', blob } };
}

/** Has all validators wait for a blob, and sends it to them. */
export async function publishBlob(
  committee: TestCommittee,
  owner: TestOwner,
  { content, upTo }: { readonly content: Uint8Array; readonly upTo: 'held' | 'published' },
): Promise<BlobId> {
  const [first] = committee.validators;
  assert(first);
  const proposed = await draft(committee, first, owner, [publication(content)]);
  const proposal = await signedProposal(committee, proposed, owner);
  for (const one of committee.validators) {
    assert.equal(kindOf(await send(one, proposeRequest(proposal))), 'missing-blobs');
    const taken = await takeBlob(one.ports, owner.chain, content);
    assert(taken.ok, inspect(taken));
  }
  if (upTo === 'published') await confirm(committee, owner, [publication(content)]);
  return blobIdOf({ kind: 'data' }, content);
}

/** A blob that the owner's next block published. */
export async function published(
  committee: TestCommittee,
  owner: TestOwner,
  content: Uint8Array,
): Promise<BlobId> {
  return await publishBlob(committee, owner, { content, upTo: 'published' });
}

/** What a chain of `owner` with so many tokens begins with. */
export function childConfig(owner: TestOwner['signer'], tokens: bigint): ChainConfig {
  return {
    ownership: walletOwnership(ownerOf(owner.publicKey)),
    epoch: epoch(0),
    account: chainOwner,
    balance: amount(tokens * token),
    permissions: openPermissions,
  };
}

/** The operation that opens a chain. */
export function opening(config: ChainConfig): Transaction {
  return { kind: 'operation', operation: { kind: 'open-chain', config } };
}

export interface OpenedChild {
  readonly child: TestOwner;
  readonly description: ChainDescription;
  readonly opened: Awaited<ReturnType<typeof confirm>>;
}

/** A chain that the owner's next block opens, for another key. */
export async function openedChild(
  committee: TestCommittee,
  owner: TestOwner,
  { signer, tokens = 10n }: { readonly signer: TestOwner['signer']; readonly tokens?: bigint },
): Promise<OpenedChild> {
  const config = childConfig(signer, tokens);
  const opened = await confirm(committee, owner, [opening(config)]);
  const description = childDescription(opened.block.header, config, 0);
  return { child: { chain: chainIdOf(description), signer }, description, opened };
}
