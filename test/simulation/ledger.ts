import type { BlobId } from '#protocol/block/blob.ts';
import type { Block } from '#protocol/block/block.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { type ChainConfig, chainIdOf } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { ownerText } from '#protocol/block/owner.ts';
import { childDescription, dataBlobsOf } from '#protocol/block/published.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { BookRules } from './books.ts';
import { type Money, newMoney } from './money.ts';

/** Every block that was ever confirmed, whoever knows it. */
export interface Ledger {
  confirmed(certified: CertifiedBlock): void;
  /** All chains that there are. */
  chains(): readonly ChainId[];
  hashAt(chain: ChainId, height: bigint): Hash | undefined;
  blockAt(chain: ChainId, height: bigint): CertifiedBlock | undefined;
  /** The blocks of a chain, in order. */
  blocksOf(chain: ChainId): readonly CertifiedBlock[];
  /** Data blobs that blocks published. */
  blobs(): readonly BlobId[];
  readonly money: Money;
}

export interface LedgerRules extends BookRules {
  /** Two blocks are certified for one height. */
  forked(first: CertifiedBlock, second: CertifiedBlock): void;
  /** A certified block opens a chain. */
  opened(chain: ChainId, config: ChainConfig, by: Block): void;
}

interface ChainRecord {
  readonly blocks: CertifiedBlock[];
  /** Certified, but their parents' certificates were not seen yet. */
  readonly early: Map<bigint, CertifiedBlock>;
}

export function newLedger(roots: ReadonlyMap<ChainId, ChainConfig>, rules: LedgerRules): Ledger {
  const { violated } = rules;
  const money = newMoney(roots, rules);
  const records = new Map<ChainId, ChainRecord>();
  const blobs: BlobId[] = [];
  const begin = (chain: ChainId) => records.set(chain, { blocks: [], early: new Map() });
  for (const chain of roots.keys()) begin(chain);

  function recordOf(chain: ChainId): ChainRecord {
    const record = records.get(chain);
    if (!record) throw new Error(`the world has no chain ${chain}`);
    return record;
  }

  function blockAt(chain: ChainId, height: bigint): CertifiedBlock | undefined {
    const { blocks, early } = recordOf(chain);
    return blocks[Number(height)] ?? early.get(height);
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
    const isFast = certified.certificate.round.kind === 'fast';
    if (isFast && block.outcome.oracleResponses.length > 0) {
      violated('what the world answers is not for fast rounds', nameOf(block));
    }
    if (block.proposed.signer?.kind === 'evm') rules.reach('an EVM owner made a block');
    record.blocks.push(certified);
    rules.reach(`a block was made in a ${certified.certificate.round.kind} round`);
    money.moved(block);
  }

  return {
    money,
    blockAt,
    hashAt: (chain, height) => blockAt(chain, height)?.block.hash,
    chains: () => [...records.keys()],
    blocksOf: (chain) => recordOf(chain).blocks,
    blobs: () => blobs,
    confirmed(certified) {
      const { hash, header, proposed } = certified.block;
      const known = blockAt(header.chain, header.height);
      if (known?.block.hash === hash) return;
      if (known) return rules.forked(known, certified);
      const record = recordOf(header.chain);
      record.early.set(header.height, certified);
      for (const [chain, config] of childrenOf(certified.block)) {
        begin(chain);
        rules.opened(chain, config, certified.block);
      }
      blobs.push(...dataBlobsOf(proposed));
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

function childrenOf({ proposed }: Block): readonly (readonly [ChainId, ChainConfig])[] {
  const configs = proposed.transactions.flatMap((one) =>
    one.kind === 'operation' && one.operation.kind === 'open-chain' ? [one.operation.config] : [],
  );
  return configs.map((config, index) => {
    return [chainIdOf(childDescription(proposed, config, index)), config];
  });
}

function nameOf({ header, hash, proposed }: Block): string {
  const signer = proposed.signer ? ownerText(proposed.signer) : 'nobody';
  return `${hash} at ${header.height} of ${header.chain} by ${signer}`;
}
