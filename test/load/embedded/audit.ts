import type { Vote } from '#protocol/block/vote.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import type { Acknowledged } from '#test/chaos/answers.ts';
import { auditorOver } from '#test/chaos/auditor.ts';
import { blocksOf, certifiedVotes, countLost, untilAgreed } from '#test/chaos/settle.ts';
import { openDevice } from '../traffic/device.ts';
import type { EmbeddedNetwork } from './network.ts';

/** What became of everything that somebody was told. */
export interface Audit {
  readonly acknowledged: number;
  /** Acknowledged blocks that a validator does not have, over all validators. */
  readonly lost: number;
  readonly votes: number;
  /** Votes that convict their signer. */
  readonly secondVotes: number;
  /** Saves that came second: how often workers met at one chain. */
  readonly headConflicts: number;
  readonly supplyBefore: string;
  readonly supplyAfter: string;
  readonly faults: number;
}

/** Adds up all money now, and says later what is different. */
export async function beginAudit(network: EmbeddedNetwork) {
  const { target, validators, votes, faults } = network;
  const client = await openDevice(target, target.chains);
  const auditor = auditorOver(
    { client, close: client.close },
    { roots: target.chains.map(({ chain }) => chain), owners: [] },
  );
  const supplyBefore = await auditor.supply();
  return async (acknowledged: readonly Acknowledged[]): Promise<Audit> => {
    for (const one of validators) await one.quiet();
    await auditor.untilConserved(supplyBefore);
    const supplyAfter = await auditor.supply();
    const asked = target.nodes.map((node) => ({ node }));
    await untilAgreed(asked, auditor.chains());
    const keys: readonly Vote['publicKey'][] = target.nodes
      .map(({ publicKey }) => publicKey)
      .sort((a, b) => compareBytes(a.bytes, b.bytes));
    let lost = 0;
    for (const one of asked) {
      const blocks = await blocksOf(one, auditor.chains());
      lost += countLost(blocks, acknowledged);
      for (const vote of certifiedVotes(blocks, keys)) network.sawVote(vote);
    }
    await auditor.close();
    const { votes: seen, conflicting } = votes();
    return {
      acknowledged: acknowledged.length,
      lost,
      votes: seen,
      secondVotes: conflicting,
      headConflicts: validators.reduce((sum, one) => sum + one.conflicts(), 0),
      supplyBefore,
      supplyAfter,
      faults: faults(),
    };
  };
}
