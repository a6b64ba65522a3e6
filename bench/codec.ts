import { confirmedCertificateCodec } from '#protocol/block/certificate.ts';
import { blockHash, blockHeaderCodec } from '#protocol/block/header.ts';
import { type BlockProposal, blockProposalCodec } from '#protocol/block/proposal.ts';
import { fastRound } from '#protocol/block/round.ts';
import { type Codec, decode, encode } from '#protocol/encoding/codec.ts';
import { withCommittee } from './support/load.ts';
import { withSpeed } from './support/machine.ts';
import { type Duration, microsecondsEach } from './support/measure.ts';
import { benchNetwork, transfers } from './support/network.ts';
import { brief, type Question } from './support/question.ts';
import { plain, type Result, time } from './support/report.ts';
import { confirmBlock, propose, senderTo } from './support/sender.ts';

/** Each value is encoded once: encodings are remembered by value. */
export const codec: Question = {
  name: 'codec',
  asks: 'Encoding, decoding and hashing of what travels',
  async answer(pace) {
    const { proposal, block, certificate } = await samples();
    const span = brief(pace);
    const copies = copiesOf(blockHeaderCodec, block.header);
    const { value, speed } = await withSpeed(() => ({
      proposal: costOf(blockProposalCodec, proposal, { span, renew: withNewList }),
      certificate: costOf(confirmedCertificateCodec, certificate, { span }),
      header: costOf(blockHeaderCodec, block.header, { span }),
      hash: microsecondsEach(span, copies, blockHash),
    }));
    return [
      ...results('proposal of 1 KB', value.proposal, speed),
      ...results('certificate of 3 votes', value.certificate, speed),
      ...results('block header', value.header, speed),
      time({ name: 'block header, hash', measured: value.hash, unit: 'µs' }, speed),
    ];
  },
};

/** Transfers that make a proposal of about 1,024 bytes. */
const kilobyteTransfers = 15;
const copiesAtOnce = 200;

function samples() {
  const bench = benchNetwork(2);
  const setting = {
    transport: 'process',
    storage: 'memory',
    memo: false,
    signatures: 'ed25519',
  } as const;
  return withCommittee(bench, setting, async (committee) => {
    const sender = senderTo(committee, bench, setting);
    const [first, second] = bench.senders.map(({ chain }) => chain);
    const draft = { round: fastRound, transactions: transfers(kilobyteTransfers, 'distinct') };
    const { proposal } = await propose(sender, { ...draft, chain: first! });
    const { block, certificate } = await confirmBlock(sender, { ...draft, chain: second! });
    await committee.quiet();
    return { proposal, block, certificate };
  });
}

interface CodecCost {
  readonly bytes: number;
  readonly encode: number;
  readonly decode: number;
}

interface Care<T> {
  readonly span: Duration;
  /** Makes a decoded value as good as new. */
  readonly renew?: (value: T) => T;
}

function costOf<T>(of: Codec<T>, value: T, { span, renew }: Care<T>): CodecCost {
  const bytes = encode(of, value);
  const received = () => Array.from({ length: copiesAtOnce }, () => bytes.slice());
  return {
    bytes: bytes.length,
    encode: microsecondsEach(span, copiesOf(of, value, renew), (one) => encode(of, one)),
    decode: microsecondsEach(span, received, (one) => decode(of, one)),
  };
}

function copiesOf<T>(
  of: Codec<T>,
  value: T,
  renew: (value: T) => T = (same) => same,
): () => readonly T[] {
  const bytes = encode(of, value);
  const copy = () => {
    const decoded = decode(of, bytes);
    if (!decoded.ok) throw new Error(decoded.error.found);
    return renew(decoded.value);
  };
  return () => Array.from({ length: copiesAtOnce }, copy);
}

/** The encoding of a list that was decoded is kept with it. */
function withNewList(proposal: BlockProposal): BlockProposal {
  const { block } = proposal;
  return { ...proposal, block: { ...block, transactions: [...block.transactions] } };
}

function results(name: string, cost: CodecCost, speed: number): readonly Result[] {
  return [
    plain({ name: `${name}, size`, measured: cost.bytes, unit: 'bytes' }),
    time({ name: `${name}, encode`, measured: cost.encode, unit: 'µs' }, speed),
    time({ name: `${name}, decode`, measured: cost.decode, unit: 'µs' }, speed),
  ];
}
