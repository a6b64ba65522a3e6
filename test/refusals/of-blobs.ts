import { deepEqual, equal } from 'node:assert/strict';
import { type BlobId, blobIdOf } from '#protocol/block/blob.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { TestValidator } from '#test/support/committee.ts';
import { draft, kindOf, proposeRequest, send, sign } from '#test/support/drive.ts';
import { publishBlob, published } from '#test/support/publishing.ts';
import { refusedUnchanged, signedProposal } from '#test/support/requests.ts';
import { readBlob, takeBlob } from '#worker/serve-blobs.ts';
import { type CasesOf, type Provoke, provokeBlock, staged } from './cases.ts';

type Kinds =
  | 'missing-blobs'
  | 'unpublished-blob'
  | 'unknown-blob'
  | 'unwanted-blob'
  | 'blob-too-large'
  | 'oracle-in-fast-round';

const content = asciiBytes('nobody has seen this');
const id = blobIdOf({ kind: 'data' }, content);

function blobStep(kind: 'publish-blob' | 'verify-blob', blob: BlobId): Transaction {
  return { kind: 'operation', operation: { kind, blob } };
}

/** Asks a validator for or about a blob, which must leave its blobs as they are. */
function provokeRead(
  ask: (validator: TestValidator) => Promise<Result<unknown, Rejection>>,
): Provoke {
  return async () => {
    const { validators } = staged();
    const asked = await ask(validators[0]);
    equal((await validators[0].store.blobs.load([id])).size, 0);
    return asked.ok ? 'accepted' : asked.error.kind;
  };
}

/** Only a slot is opened: nothing of the chain changes, and nothing is at hand. */
const unsent: Provoke = async () => {
  const { committee, alice, validators } = staged();
  const block = await draft(committee, validators[0], alice, [blobStep('publish-blob', id)]);
  const proposal = await signedProposal(committee, block, alice);
  const before = validators[0].store.snapshot();
  const reply = await send(validators[0], proposeRequest(proposal));
  const { blobs, ...after } = validators[0].store.snapshot();
  deepEqual({ ...before, blobs: undefined }, { ...after, blobs: undefined });
  equal(blobs.contents.size + blobs.states.size, 0);
  return kindOf(reply);
};

const verifiedWhenFast: Provoke = async () => {
  const { committee, alice, validators } = staged();
  const blob = await published(committee, alice, content);
  const block = await draft(committee, validators[0], alice, [blobStep('verify-blob', blob)]);
  const asked = { signer: alice.signer, round: fastRound };
  const { proposal } = await sign(committee, validators[0], block, asked);
  return await refusedUnchanged(validators[0], proposeRequest(proposal));
};

/** Bytes that are at hand, for a block that is not final, are no publication. */
const onlyHeld: Provoke = async () => {
  const { committee, alice, bob, validators } = staged();
  await publishBlob(committee, alice, { content, upTo: 'held' });
  const block = await draft(committee, validators[0], bob, [blobStep('verify-blob', id)]);
  const proposal = await signedProposal(committee, block, bob);
  return await refusedUnchanged(validators[0], proposeRequest(proposal));
};

export const ofBlobs: CasesOf<Kinds> = {
  'missing-blobs': {
    'a block whose blob nobody sent': unsent,
  },
  'unpublished-blob': {
    'the verification of a blob that nobody published': provokeBlock({
      transactions: [blobStep('verify-blob', id)],
    }),
    'the verification of a blob that is only at hand': onlyHeld,
  },
  'unknown-blob': {
    'the reading of a blob that nobody published': provokeRead(({ ports }) => readBlob(ports, id)),
  },
  'unwanted-blob': {
    'content for which no block waits': provokeRead(({ ports }) =>
      takeBlob(ports, ports.network.rootChains[0]!, content),
    ),
  },
  'blob-too-large': {
    'content above the limit': provokeRead(({ ports }) => {
      const { blobBytes } = ports.network.genesis.policy.limits;
      return takeBlob(ports, ports.network.rootChains[0]!, new Uint8Array(blobBytes + 1));
    }),
  },
  'oracle-in-fast-round': { 'a verified blob in the fast round': verifiedWhenFast },
};
