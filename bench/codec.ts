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
import { withSpeed } from './support/machine.ts';
import { microsecondsEach } from './support/measure.ts';
import { transfers } from './support/network.ts';
import { brief, type Pace, type Question } from './support/question.ts';
import { atMost, type Measured, time } from './support/report.ts';

const atOnce = 50;

/** Bytes of values and back, and what hashing them costs. */
export const codec: Question = {
  name: 'codec',
  asks: 'Encoding, decoding and hashing of proposals',
  async answer(pace) {
    const { value: results, speed } = await withSpeed(() => Promise.resolve(measure(pace)));
    return results.map((one) => time(one, speed));
  },
};

function measure(pace: Pace): readonly Measured[] {
  const each = <T>(newItem: () => T, work: (item: T) => unknown) =>
    microsecondsEach(brief(pace), () => Array.from({ length: atOnce }, newItem), work);
  const small = () => proposalOf([...transfers(5), ...incoming(2)]);
  const large = () => proposalOf(transfers(100));
  const [smallBytes, largeBytes] = [small, large].map((one) => encode(blockProposalCodec, one()));
  if (!smallBytes || !largeBytes) throw new Error('proposals encode');
  const encodes = (value: BlockProposal) => encode(blockProposalCodec, value);
  const decodes = (bytes: Uint8Array) => decode(blockProposalCodec, bytes);
  const about = (count: string, { length }: Uint8Array) => `${count}, ${length} bytes`;
  const few = about('5 transfers and 2 bundles', smallBytes);
  const many = about('100 transfers', largeBytes);
  const bench = tag('weft/bench');
  const hashes = (bytes: Uint8Array) => hashOf(bench, bytes);
  const unit = 'µs';
  return [
    { name: `encode ${few}`, measured: each(small, encodes), unit, bar: atMost(6) },
    { name: `decode ${few}`, measured: each(() => smallBytes, decodes), unit, bar: atMost(3) },
    { name: `encode ${many}`, measured: each(large, encodes), unit },
    { name: `decode ${many}`, measured: each(() => largeBytes, decodes), unit },
    { name: 'SHA-256 of 64 bytes', measured: each(() => new Uint8Array(64), hashes), unit },
    { name: 'SHA-256 of 1 KiB', measured: each(() => new Uint8Array(1_024), hashes), unit },
  ];
}

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
