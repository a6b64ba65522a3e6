import { type BlobId, blobOfChain } from './blob.ts';
import { type ChainDescription, chainIdOf, descriptionBytes } from './chain-description.ts';
import type { ProposedBlock } from './proposed-block.ts';

/** A blob that a block publishes. A description follows from the block; data is sent beside it. */
export interface PublishedBlob {
  readonly id: BlobId;
  readonly content: Uint8Array | undefined;
}

/** What a block publishes if it is certified, without executing it, in order. */
export function publishedBy(block: ProposedBlock): readonly PublishedBlob[] {
  const published: PublishedBlob[] = [];
  let index = 0;
  for (const one of block.transactions) {
    if (one.kind !== 'operation') continue;
    const { operation } = one;
    if (operation.kind === 'publish-blob') {
      published.push({ id: operation.blob, content: undefined });
    } else if (operation.kind === 'open-chain') {
      const description = childDescription(block, operation.config, index++);
      const content = descriptionBytes(description);
      published.push({ id: blobOfChain(chainIdOf(description)), content });
    }
  }
  return published;
}

/** The blobs of a block whose bytes do not follow from it. */
export function dataBlobsOf(block: ProposedBlock): readonly BlobId[] {
  return publishedBy(block).flatMap(({ id, content }) => (content ? [] : [id]));
}

/** What describes the chain that the open-chain operation number `index` of a block opens. */
export function childDescription(
  { chain: parent, height, timestamp }: Pick<ProposedBlock, 'chain' | 'height' | 'timestamp'>,
  config: ChainDescription['config'],
  index: number,
): ChainDescription {
  return { origin: { kind: 'child', parent, height, index }, config, timestamp };
}
