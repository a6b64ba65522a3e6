import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { certificateFrom } from '#protocol/block/collect-votes.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { voteDigest } from '#protocol/block/vote.ts';
import type { BenchNetwork } from './network.ts';
import { type Confirmation, propose, type Sender } from './sender.ts';

/**
 * What makes chains' next blocks final with the keys of a quorum, the first validator's not among
 * them, and keeps them here. No validator hears of them.
 */
export function ownQuorum(sender: Sender, { development }: BenchNetwork) {
  const signers = development.validatorSeeds.slice(1).map(({ seed }) => ed25519Signer(seed));
  return async (chain: ChainId, transactions: readonly Transaction[]): Promise<Confirmation> => {
    const { block } = await propose(sender, { chain, round: fastRound, transactions });
    const { height, epoch } = block.header;
    const value = { kind: 'confirm', block: block.hash, unlocking: undefined } as const;
    const payload = { chain, height, epoch, round: fastRound, value };
    const digest = voteDigest(payload);
    const votes = await Promise.all(
      signers.map(async ({ publicKey, sign }) => ({
        payload,
        publicKey,
        signature: await sign(digest),
      })),
    );
    const collected = certificateFrom(votes, sender.seats);
    if (collected?.kind !== 'confirmed') throw new Error('the votes are no quorum');
    const { certificate } = collected;
    const applied = await sender.local.apply({ block, certificate });
    if (!applied.ok) throw new Error(`${applied.error.kind}: ${applied.error.found}`);
    return { block, certificate };
  };
}
