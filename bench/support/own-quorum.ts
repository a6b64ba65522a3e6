import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { certificateFrom } from '#protocol/block/collect-votes.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { voteDigest } from '#protocol/block/vote.ts';
import type { BenchNetwork } from './network.ts';
import { type Confirmation, propose, type Sender } from './sender.ts';

/**
 * Makes a chain's next block final with the keys of a quorum, the first validator's not among them,
 * and keeps it here. No validator hears of it.
 */
export async function confirmWithoutThem(
  sender: Sender,
  { development }: BenchNetwork,
  {
    chain,
    transactions,
  }: { readonly chain: ChainId; readonly transactions: readonly Transaction[] },
): Promise<Confirmation> {
  const { block } = await propose(sender, { chain, round: fastRound, transactions });
  const { height, epoch } = block.header;
  const value = { kind: 'confirm', block: block.hash, unlocking: undefined } as const;
  const payload = { chain, height, epoch, round: fastRound, value };
  const votes = await Promise.all(
    development.validatorSeeds.slice(1).map(async ({ seed }) => {
      const { publicKey, sign } = ed25519Signer(seed);
      return { payload, publicKey, signature: await sign(voteDigest(payload)) };
    }),
  );
  const collected = certificateFrom(votes, sender.seats);
  if (collected?.kind !== 'confirmed') throw new Error('the votes are no quorum');
  const { certificate } = collected;
  const applied = await sender.local.apply({ block, certificate });
  if (!applied.ok) throw new Error(`${applied.error.kind}: ${applied.error.found}`);
  return { block, certificate };
}
