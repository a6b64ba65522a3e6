import { createHash } from 'node:crypto';
import { chainIdFromHash } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { type BlockProposal, blockProposalCodec } from '#protocol/block/proposal.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { type Hash, hashFromBytes, hashOf, sha256, tag } from '#protocol/crypto/hash.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { amount, blockHeight, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { cpuMicroseconds, repeatFor } from './support/measure.ts';
import { transfers } from './support/network.ts';
import type { Question } from './support/question.ts';
import { atMost } from './support/report.ts';

const batch = 200;

/** What do encoding, decoding and hashing cost? */
export const codec: Question = {
  name: 'codec and hashes',
  async ask({ duration }, found) {
    const brief = { warmUpMs: duration.warmUpMs / 4, measureMs: duration.measureMs / 4 };
    const time = async (work: () => unknown) =>
      cpuMicroseconds(
        await repeatFor(brief, () => {
          for (let i = 0; i < batch; i++) work();
          return batch;
        }),
      );
    const proposal = proposalOf([...transfers(5), ...incoming(2)]);
    const bytes = encode(blockProposalCodec, proposal);
    const size = `a proposal of ${bytes.length} bytes (5 transfers, 2 bundles)`;
    const encoding = await time(() => encode(blockProposalCodec, proposal));
    found({ name: `encode ${size}`, value: encoding, unit: 'us', bar: atMost(6) });
    const decoding = await time(() => decode(blockProposalCodec, bytes));
    found({ name: `decode ${size}`, value: decoding, unit: 'us', bar: atMost(3) });
    const many = encode(blockProposalCodec, proposalOf(transfers(100)));
    const value = await time(() => decode(blockProposalCodec, many));
    found({ name: `decode a proposal of ${many.length} bytes (100 transfers)`, value, unit: 'us' });
    const hashTag = tag('weft/bench');
    for (const length of [64, 1024]) {
      const input = new Uint8Array(length);
      const hashing = await time(() => hashOf(hashTag, input));
      found({ name: `SHA-256 of ${length} bytes under a tag`, value: hashing, unit: 'us' });
    }
  },
};

function proposalOf(transactions: readonly Transaction[]): BlockProposal {
  return {
    block: {
      version: protocolVersion,
      chain: chainIdFromHash(named('chain')),
      epoch: epoch(0),
      height: blockHeight(7n),
      timestamp: timestamp(1_800_000_000_000_000n),
      parent: named('parent'),
      signer: { kind: 'key', hash: named('owner') },
      transactions,
    },
    round: fastRound,
    outcome: named('outcome'),
    retry: { kind: 'none' },
    publicKey: { scheme: 'ed25519', bytes: sha256(Uint8Array.of(1)) },
    signature: { scheme: 'ed25519', bytes: new Uint8Array(64) },
  };
}

function incoming(count: number): readonly Transaction[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'receive',
    origin: chainIdFromHash(named(`origin ${index}`)),
    action: { kind: 'accept' },
    bundle: {
      height: blockHeight(3n),
      transaction: 0,
      block: named(`block ${index}`),
      epoch: epoch(0),
      timestamp: timestamp(1_800_000_000_000_000n),
      lastUnskippable: undefined,
      messages: [
        {
          index: 0,
          authenticated: undefined,
          grant: amount(0n),
          refundTo: undefined,
          delivery: { kind: 'tracked' },
          body: { kind: 'credit', target: chainOwner, amount: amount(5n), source: chainOwner },
        },
      ],
    },
  }));
}

function named(name: string): Hash {
  return hashFromBytes(Uint8Array.from(createHash('sha256').update(name).digest()));
}
