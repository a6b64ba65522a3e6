import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { RejectionKind } from '#protocol/chain/remedies.ts';
import { rejectionKinds } from '#protocol/chain/remedies.ts';
import type { Cases } from '#test/refusals/cases.ts';
import { ofBlobs } from '#test/refusals/of-blobs.ts';
import { ofBlocks } from '#test/refusals/of-blocks.ts';
import { ofCertificates } from '#test/refusals/of-certificates.ts';
import { ofFees } from '#test/refusals/of-fees.ts';
import { ofProposals } from '#test/refusals/of-proposals.ts';
import { ofRounds } from '#test/refusals/of-rounds.ts';

const rooms = [ofProposals, ofBlobs, ofBlocks, ofFees, ofCertificates, ofRounds] as const;

/** A kind without a case does not compile. */
const byKind: Readonly<Record<RejectionKind, Cases>> = {
  ...ofProposals,
  ...ofBlobs,
  ...ofBlocks,
  ...ofFees,
  ...ofCertificates,
  ...ofRounds,
};

test('every kind that a chain refuses with is provoked', () => {
  deepEqual(Object.keys(byKind).toSorted(), rejectionKinds.toSorted());
});

for (const room of rooms) {
  for (const [kind, provoked] of Object.entries<Cases>(room)) {
    for (const [what, provoke] of Object.entries(provoked)) {
      test(`refuses ${what} as ${kind}, and stores nothing`, async () => {
        equal(await provoke(), kind);
      });
    }
  }
}
