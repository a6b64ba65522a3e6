import { multiLeader } from '#protocol/block/round.ts';
import { type Vote, type VotePayload, voteDigest } from '#protocol/block/vote.ts';
import type { ChainReply, ChainRequest } from '#protocol/chain/requests.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import type { Fault, Liar } from './fault.ts';

type Change = (vote: Vote, liar: Liar) => Promise<Vote | undefined>;

const otherBlock = '5'.repeat(64) as Hash;

/** Gives votes that are no use, or that nobody asked for. */
export const voteLies: readonly Fault[] = [
  {
    name: 'accepts everything and votes for nothing',
    lie: votes(() => Promise.resolve(undefined)),
  },
  {
    name: 'votes for another block',
    lie: votes((vote, liar) => signed(liar, ofBlock(vote.payload))),
  },
  {
    name: 'votes in another round',
    lie: votes((vote, liar) => signed(liar, { ...vote.payload, round: multiLeader(3) })),
  },
  {
    name: 'votes at another height',
    lie: votes((vote, liar) => signed(liar, { ...vote.payload, height: blockHeight(77n) })),
  },
  {
    name: 'gives up rounds in place of voting',
    lie: votes((vote, liar) => signed(liar, { ...vote.payload, value: { kind: 'timeout' } })),
  },
  {
    name: 'signs with made-up bytes',
    lie: votes((vote, { random }) => {
      const signature = { ...vote.signature, bytes: random.bytes(64) };
      return Promise.resolve({ ...vote, signature });
    }),
  },
  {
    name: 'gives votes of another validator',
    lie: ({ other }) => ({ handle: (request) => other.handle(request) }),
  },
  { name: 'refuses whatever may be refused', lie: refusals },
  { name: 'votes for everything at once', lie: twoFaced },
];

function votes(change: Change): NonNullable<Fault['lie']> {
  return (liar) => ({
    async handle(request) {
      const reply = await liar.honest.handle(request);
      const { decided } = reply;
      if (decided.kind !== 'accepted' || !decided.vote) return reply;
      return { ...reply, decided: { ...decided, vote: await change(decided.vote, liar) } };
    },
  });
}

async function signed({ signer }: Liar, payload: VotePayload): Promise<Vote> {
  const signature = await signer.sign(voteDigest(payload));
  return { payload, publicKey: signer.publicKey, signature };
}

function ofBlock(payload: VotePayload): VotePayload {
  const { value } = payload;
  return value.kind === 'timeout'
    ? payload
    : { ...payload, value: { ...value, block: otherBlock } };
}

/** Kinds that make an honest client do something for the validator. */
const costlyKinds = [
  'height-ahead',
  'missing-bundles',
  'missing-blobs',
  'unpublished-blob',
  'unknown-chain',
  'value-unknown',
  'wrong-round',
  'round-not-reached',
  'not-above-lock',
  'timestamp-ahead',
  'height-passed',
  'confirmed-another-block',
  'too-early',
  'quarantined',
];

/** Needs everything there is to need, one thing after another. */
function refusals({ random }: Liar): ReturnType<NonNullable<Fault['lie']>> {
  const found = Array.from({ length: 15 }, () => Buffer.from(random.bytes(32)).toString('hex'));
  let count = 0;
  const refused = (): ChainReply => {
    const kind = costlyKinds[count++ % costlyKinds.length] ?? 'busy';
    const refusal = {
      kind,
      remedy: 'sync',
      found: found.join(' '),
      expected: '18446744073709551615',
    };
    return { previous: undefined, decided: { kind: 'refused', refusal } };
  };
  return { handle: () => Promise.resolve(refused()) };
}

/**
 * Two validators with one key: each proposal of a slot finds one that has not voted, so that both
 * are voted for; certificates are told to both.
 */
function twoFaced({ honest, twin }: Liar): ReturnType<NonNullable<Fault['lie']>> {
  const nodes = [honest, twin] as const;
  const isRefused = ({ decided }: ChainReply) => decided.kind === 'refused' || !decided.vote;
  return {
    async handle(request: ChainRequest) {
      const [first, second] = nodes;
      const reply = await first.handle(request);
      if (request.kind === 'propose' && !isRefused(reply)) return reply;
      const other = await second.handle(request);
      return isRefused(other) ? reply : other;
    },
  };
}
