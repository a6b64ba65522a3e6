import assert from 'node:assert/strict';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import type { ChainReply } from '#protocol/chain/requests.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { certifiedVotes } from '#test/chaos/settle.ts';
import { watchVotes } from '#test/simulation/watch-votes.ts';
import { granted } from '#test/support/client-world.ts';
import type { CommitteeDriver } from '#test/support/committee-driver.ts';
import { pageItemsMax } from '#wire/limits.ts';
import { answered } from './deployed-network.ts';

/** A committee that is listened to: a vote that convicts its signer, with any other, throws. */
export interface Watched {
  readonly committee: CommitteeDriver;
  /** Takes in all blocks that a member keeps, with the votes in their certificates. */
  blocks(member: string, chains: readonly ChainId[]): Promise<readonly CertifiedBlock[]>;
  /** How many votes were seen of a member. */
  votesOf(member: string): number;
}

export function watchedVotes(committee: CommitteeDriver): Watched {
  const { genesis } = committee.development;
  const network = granted(networkFrom(genesis));
  const { seen } = watchVotes(network.committee, (invariant, found) =>
    assert.fail(`${invariant}: ${found}`),
  );
  const counts = new Map<string, number>();
  const released = (vote: Vote) => {
    const signer = hexFromBytes(vote.publicKey.bytes);
    counts.set(signer, (counts.get(signer) ?? 0) + 1);
    seen(signer, vote);
  };
  const validators = committee.validators.map(({ node }) => ({
    node: listenedTo(node, (reply) => votesIn(reply).forEach(released)),
  }));
  const memberOf = (name: string) => {
    const found = committee.validators.find(({ node }) => node.name === name);
    assert.ok(found);
    return found.node;
  };
  const keys = genesis.header.committee.map(({ publicKey }) => publicKey);
  return {
    committee: { ...committee, validators },
    async blocks(member, chains) {
      const blocks = await allBlocks(memberOf(member), chains);
      certifiedVotes(blocks, keys).forEach(released);
      return blocks;
    },
    votesOf: (member) => counts.get(hexFromBytes(memberOf(member).publicKey.bytes)) ?? 0,
  };
}

/** A validator all of whose replies somebody hears. */
export function listenedTo(
  node: ValidatorNode,
  onReply: (reply: ChainReply) => void,
): ValidatorNode {
  return {
    ...node,
    async handle(request) {
      const reply = await node.handle(request);
      onReply(reply);
      return reply;
    },
  };
}

async function allBlocks(
  node: ValidatorNode,
  chains: readonly ChainId[],
): Promise<readonly CertifiedBlock[]> {
  const blocks: CertifiedBlock[] = [];
  for (const chain of chains) {
    for (let from = 0n; ; ) {
      const at = blockHeight(from);
      const page = await answered(() => node.blocks(chain, at, pageItemsMax));
      if (page.length === 0) break;
      blocks.push(...page);
      from += BigInt(page.length);
    }
  }
  return blocks;
}

function votesIn({ previous, decided }: ChainReply): readonly Vote[] {
  return [previous, decided].flatMap((one) =>
    one?.kind === 'accepted' && one.vote ? [one.vote] : [],
  );
}
