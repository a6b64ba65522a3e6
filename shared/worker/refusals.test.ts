import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { RejectionKind } from '#protocol/chain/remedies.ts';
import { rejectionKinds } from '#protocol/chain/remedies.ts';
import type { Cases } from '#test/refusals/cases.ts';
import { ofBlocks } from '#test/refusals/of-blocks.ts';
import { ofCertificates } from '#test/refusals/of-certificates.ts';
import { ofProposals } from '#test/refusals/of-proposals.ts';
import { ofRounds } from '#test/refusals/of-rounds.ts';

/** A kind without a case does not compile. */
const cases: Readonly<Record<RejectionKind, Cases>> = {
  ...ofProposals,
  ...ofBlocks,
  ...ofCertificates,
  ...ofRounds,
};

for (const kind of rejectionKinds) {
  for (const [what, provoke] of Object.entries(cases[kind])) {
    test(`refuses ${what} as ${kind}, and stores nothing`, async () => {
      equal(await provoke(), kind);
    });
  }
}
