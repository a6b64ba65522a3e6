import { fastRound } from '#protocol/block/round.ts';
import { type ChainRequest, chainRequestCodec } from '#protocol/chain/requests.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { withCommittee } from './load.ts';
import { type BenchNetwork, benchNetwork, transfers } from './network.ts';
import { type Confirmation, confirmBlock, senderTo, settle } from './sender.ts';

/** What one validator of a committee was sent, height by height, all chains at each. */
export interface Recorded {
  readonly bench: BenchNetwork;
  readonly heights: readonly RecordedHeight[];
}

export interface RecordedHeight {
  readonly proposals: readonly Uint8Array[];
  readonly certificates: readonly Uint8Array[];
  /** Certificates with their blocks, for who has neither seen nor executed them. */
  readonly blocks: readonly Uint8Array[];
}

export interface Extent {
  readonly chains: number;
  readonly heights: number;
  readonly transfers: number;
}

const setting = {
  transport: 'process',
  storage: 'memory',
  memo: true,
  signatures: 'ed25519',
} as const;

/** Signed once, so that later nothing is measured but the validator. */
export async function recordRequests(extent: Extent): Promise<Recorded> {
  const bench = benchNetwork(extent.chains);
  const heights = await withCommittee(bench, setting, async (committee) => {
    const [first, ...others] = committee.nodes;
    if (first === undefined) throw new Error('a committee has validators');
    let sent: Uint8Array[] = [];
    const listening = {
      ...first,
      handle(request: ChainRequest) {
        sent.push(encode(chainRequestCodec, request));
        return first.handle(request);
      },
    };
    const sender = senderTo({ ...committee, nodes: [listening, ...others] }, bench, setting);
    const takeSent = () => {
      const taken = sent;
      sent = [];
      return taken;
    };
    const recorded: RecordedHeight[] = [];
    for (let i = 0; i < extent.heights; i++) {
      const transactions = transfers(extent.transfers);
      const drafts = bench.senders.map(({ chain }) => ({ chain, round: fastRound, transactions }));
      const done = await Promise.all(drafts.map((draft) => confirmBlock(sender, draft)));
      const proposals = takeSent();
      for (const one of done) await settle(sender, one);
      recorded.push({ proposals, certificates: takeSent(), blocks: done.map(fullRequest) });
    }
    return recorded;
  });
  return { bench, heights };
}

function fullRequest({ block, certificate }: Confirmation): Uint8Array {
  const { proposed, outcome } = block;
  const request = { kind: 'confirmed', certificate, body: { proposed, outcome } } as const;
  return encode(chainRequestCodec, request);
}
