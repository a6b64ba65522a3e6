import type { Block } from '#protocol/block/block.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { ownerText } from '#protocol/block/owner.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { Violated } from './invariant-failure.ts';
import { type Money, newMoney } from './money.ts';

/** Every block that was ever confirmed, whoever knows it. */
export interface Ledger {
  confirmed(certified: CertifiedBlock): void;
  hashAt(chain: ChainId, height: bigint): Hash | undefined;
  /** The blocks of a chain, in order. */
  blocksOf(chain: ChainId): readonly CertifiedBlock[];
  readonly money: Money;
}

interface ChainRecord {
  readonly blocks: CertifiedBlock[];
  /** Certified, but their parents' certificates were not seen yet. */
  readonly early: Map<bigint, CertifiedBlock>;
}

export function newLedger(chains: ReadonlyMap<ChainId, bigint>, violated: Violated): Ledger {
  const money = newMoney(chains, violated);
  const records = new Map<ChainId, ChainRecord>();
  for (const chain of chains.keys()) records.set(chain, { blocks: [], early: new Map() });

  function recordOf(chain: ChainId): ChainRecord {
    const record = records.get(chain);
    if (!record) throw new Error(`the world has no chain ${chain}`);
    return record;
  }

  function hashAt(chain: ChainId, height: bigint): Hash | undefined {
    const { blocks, early } = recordOf(chain);
    return (blocks[Number(height)] ?? early.get(height))?.block.hash;
  }

  function append(record: ChainRecord, certified: CertifiedBlock): void {
    const { block } = certified;
    const parent = record.blocks.at(-1)?.block;
    if (block.proposed.parent !== parent?.hash) {
      violated('a block stands on the one before', nameOf(block));
    }
    if (parent && block.header.timestamp < parent.header.timestamp) {
      violated('time never falls', nameOf(block));
    }
    record.blocks.push(certified);
    money.moved(block);
  }

  return {
    money,
    hashAt,
    blocksOf: (chain) => recordOf(chain).blocks,
    confirmed(certified) {
      const { hash, header } = certified.block;
      const known = hashAt(header.chain, header.height);
      if (known === hash) return;
      if (known) violated('one block is confirmed at a height', nameOf(certified.block));
      const record = recordOf(header.chain);
      record.early.set(header.height, certified);
      for (;;) {
        const height = BigInt(record.blocks.length);
        const next = record.early.get(height);
        if (!next) return;
        record.early.delete(height);
        append(record, next);
      }
    },
  };
}

function nameOf({ header, hash, proposed }: Block): string {
  const signer = proposed.signer ? ownerText(proposed.signer) : 'nobody';
  return `${hash} at ${header.height} of ${header.chain} by ${signer}`;
}
