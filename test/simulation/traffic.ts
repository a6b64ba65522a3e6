import type { BlockProposal } from '#protocol/block/proposal.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';

/** What travelled lately: whoever listens may keep it, and send it again. */
export interface Traffic {
  saw(request: ChainRequest): void;
  /** A proposal that its owner signed for another network. */
  sawElsewhere(proposal: BlockProposal): void;
  requests(): readonly ChainRequest[];
  /** The newest few. */
  recent(): readonly ChainRequest[];
  elsewhere(): readonly BlockProposal[];
}

export function newTraffic(): Traffic {
  const [requests, recent] = [ring<ChainRequest>(300), ring<ChainRequest>(12)];
  const elsewhere = ring<BlockProposal>(4);
  return {
    saw(request) {
      requests.add(request);
      recent.add(request);
    },
    sawElsewhere: elsewhere.add,
    requests: () => requests.items,
    recent: () => recent.items,
    elsewhere: () => elsewhere.items,
  };
}

/** The newest of many, in no order. */
function ring<T>(keptMax: number) {
  const items: T[] = [];
  let next = 0;
  return {
    items,
    add(item: T): void {
      items[next] = item;
      next = (next + 1) % keptMax;
    },
  };
}
