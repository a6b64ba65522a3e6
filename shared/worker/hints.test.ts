import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainStore } from '#ports/chain-store.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { testCommittee } from '#test/support/committee.ts';
import { kindOf, pay, send } from '#test/support/drive.ts';
import { cast, proposed } from '#test/support/requests.ts';
import { hashNamed } from '#test/support/store-values.ts';

/** What a validator looks for when a proposal of alice comes with these hints. */
async function lookedFor(
  hints: readonly Hash[],
  change: (proposal: BlockProposal) => BlockProposal,
) {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const [{ ports, store, seat }] = validators;
  const asked: Hash[] = [];
  const loadPieces: ChainStore['loadPieces'] = (chain, hashes) => {
    asked.push(...hashes);
    return store.loadPieces(chain, hashes);
  };
  const watched = { ports: { ...ports, chains: { ...store, loadPieces } }, store, seat };
  const request = {
    kind: 'propose',
    proposal: change(proposal),
    previous: undefined,
    hints,
  } as const;
  return { kind: kindOf(await send(watched, request)), asked };
}

const hints = Array.from({ length: 100 }, (_, at) => hashNamed(`hint ${at}`));

test('a few of the nodes that an owner hints at are looked for', async () => {
  const { kind, asked } = await lookedFor(hints, (proposal) => proposal);
  equal(kind, 'accepted');
  deepEqual(asked, hints.slice(0, 16));
});

test('nothing is looked for on the advice of whoever did not sign', async () => {
  const forged = (proposal: BlockProposal): BlockProposal => ({
    ...proposal,
    signature: { ...proposal.signature, bytes: new Uint8Array(64) },
  });
  const { kind, asked } = await lookedFor(hints, forged);
  equal(kind, 'invalid-signature');
  deepEqual(asked, []);
});
