import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate, ValidatedCertificate } from '#protocol/block/certificate.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { TestOwner, TestValidator } from '#test/support/committee.ts';
import type { Troupe } from './committee.ts';

/** Honest validators that hear of each other, and of the cheats, but of nobody else. */
export interface Play {
  readonly troupe: Troupe;
  readonly honest: readonly TestValidator[];
  /** The chain that everything is about, and the one that it pays. */
  readonly owner: TestOwner;
  readonly payee: TestOwner;
  /** Requests that have been made, of which each may arrive at any time, often or never. */
  readonly pool: ChainRequest[];
  /** What honest validators signed. */
  readonly votes: Vote[];
  /** The same, with the votes of the cheats. */
  readonly cast: Vote[];
  readonly blocks: Map<Hash, Block>;
  readonly proposals: BlockProposal[];
  readonly validated: ValidatedCertificate[];
  readonly confirmed: ConfirmedCertificate[];
  /** What cheats made up, by commitment. */
  readonly fabricated: Map<Hash, ValidatedCertificate>;
  /** Names of the votes that the cheats have cast as well. */
  readonly copied: Set<string>;
}

export function newPlay(troupe: Troupe, honest: readonly TestValidator[]): Play {
  const [owner, payee] = troupe.committee.owners as readonly [TestOwner, TestOwner];
  return {
    troupe,
    honest,
    owner,
    payee,
    pool: [],
    votes: [],
    cast: [],
    blocks: new Map(),
    proposals: [],
    validated: [],
    confirmed: [],
    fabricated: new Map(),
    copied: new Set(),
  };
}
