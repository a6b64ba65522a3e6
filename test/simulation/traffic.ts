import type { BlockProposal } from '#protocol/block/proposal.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';

/** What travelled lately: whoever listens may keep it, and send it again. */
export interface Traffic {
  saw(request: ChainRequest): void;
  heard(vote: Vote): void;
  /** A proposal that its owner signed for another network. */
  sawElsewhere(proposal: BlockProposal): void;
  requests(): readonly ChainRequest[];
  votes(): readonly Vote[];
  elsewhere(): readonly BlockProposal[];
}

const keptMax = 300;

export function newTraffic(): Traffic {
  const [requests, votes, elsewhere] = [ring<ChainRequest>(), ring<Vote>(), ring<BlockProposal>()];
  return {
    saw: requests.add,
    heard: votes.add,
    sawElsewhere: elsewhere.add,
    requests: () => requests.items,
    votes: () => votes.items,
    elsewhere: () => elsewhere.items,
  };
}

/** The newest of many, in no order. */
function ring<T>() {
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
