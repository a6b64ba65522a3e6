import type { ValidatorNode } from '#ports/validator-node.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { multiLeader } from '#protocol/block/round.ts';
import type { ChainInfo } from '#protocol/chain/info.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { amount, blockHeight, timestamp, u64Max } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import type { Random } from '#test/simulation/random.ts';
import type { Fault, Liar } from './fault.ts';

type Info = ValidatorNode['info'];

/** Says of chains what is not so. */
export const informationLies: readonly Fault[] = [
  { name: 'claims the last height there is', lie: info(() => ({ next: blockHeight(u64Max) })) },
  {
    name: 'claims that no chain has a block',
    lie: info(() => ({ next: blockHeight(0n), tip: undefined })),
  },
  { name: 'claims another tip', lie: info(({ random }) => ({ tip: hashFrom(random) })) },
  { name: 'claims balances', lie: info(() => ({ balance: amount((1n << 128n) - 1n) })) },
  {
    name: 'claims the last round there is',
    lie: info(() => ({ round: { kind: 'validator', number: 0xffff_ffff } })),
  },
  { name: 'claims a later round of the same kind', lie: info(() => ({ round: multiLeader(4) })) },
  {
    name: 'claims deadlines of the past and the future',
    lie: info(({ random }) => ({ deadline: timestamp(random.chance(0.5) ? 0n : u64Max) })),
  },
  { name: 'claims quarantine', lie: info(() => ({ quarantined: true })) },
  { name: 'claims a time of the far future', lie: info(() => ({ timestamp: timestamp(u64Max) })) },
];

/** Serves blocks, rows and contents that nobody asked for, or that nobody made. */
export const contentLies: readonly Fault[] = [
  {
    name: 'serves blocks with forged certificates',
    lie: blocks(
      ({ random }) =>
        (each) =>
          forgedBy(random, each),
    ),
  },
  { name: 'serves blocks without a quorum', lie: blocks(() => withoutVote) },
  { name: 'serves blocks with other transactions', lie: blocks(() => withoutTransactions) },
  {
    name: 'serves blocks one height off',
    lie: ({ honest }) => ({
      blocks: (chain, from, limit) => honest.blocks(chain, blockHeight(from + 1n), limit),
    }),
  },
  {
    name: 'serves the first block again and again',
    lie: ({ honest }) => ({
      async blocks(chain, _, limit) {
        const first = await honest.blocks(chain, blockHeight(0n), 1);
        return first.ok ? ok(Array.from({ length: limit }, () => first.value).flat()) : first;
      },
    }),
  },
  { name: 'serves no block', lie: () => ({ blocks: () => Promise.resolve(ok([])) }) },
  {
    name: 'lists an endless inbox of money that nobody sent',
    lie: ({ random }) => {
      let pages = 0;
      return {
        pendingBundles: (recipient, _, limit) => {
          const items = Array.from({ length: limit }, () => madeUp(random, recipient));
          return Promise.resolve(ok({ items, next: `${++pages}` }));
        },
      };
    },
  },
  {
    name: 'lists the same page of an inbox for ever',
    lie: ({ honest }) => ({
      async pendingBundles(chain, _, limit) {
        const page = await honest.pendingBundles(chain, undefined, limit);
        return page.ok ? ok({ ...page.value, next: 'again' }) : page;
      },
    }),
  },
  {
    name: 'lists an empty inbox',
    lie: () => ({ pendingBundles: () => Promise.resolve(ok({ items: [], next: undefined })) }),
  },
  {
    name: 'serves other contents for blobs',
    lie: ({ random }) => ({
      blob: () => Promise.resolve(ok(random.bytes(40))),
      heldBlob: () => Promise.resolve(ok(random.bytes(40))),
    }),
  },
  {
    name: 'takes blobs and forgets them',
    lie: ({ honest }) => ({ uploadBlob: (_, bytes) => honest.uploadBlob(noChain, bytes) }),
  },
];

const noChain = '0'.repeat(64) as ChainId;

function hashFrom(random: Random): Hash {
  return hexFromBytes(random.bytes(32)) as Hash;
}

/** Tells of a chain what is so, but for some of it. */
function info(change: (liar: Liar) => Partial<ChainInfo>): NonNullable<Fault['lie']> {
  return (liar) => {
    const told: Info = async (chain, flags) => {
      const found = await liar.honest.info(chain, flags);
      return found.ok ? ok({ ...found.value, ...change(liar) }) : found;
    };
    return {
      info: told,
      async handle(request) {
        const reply = await liar.honest.handle(request);
        const { decided } = reply;
        if (decided.kind !== 'accepted') return reply;
        return { ...reply, decided: { ...decided, info: { ...decided.info, ...change(liar) } } };
      },
    };
  };
}

type Change = (block: CertifiedBlock) => CertifiedBlock;

function blocks(changeOf: (liar: Liar) => Change): NonNullable<Fault['lie']> {
  return (liar) => {
    const change = changeOf(liar);
    return {
      async blocks(chain, from, limit) {
        const page = await liar.honest.blocks(chain, from, limit);
        return page.ok ? ok(page.value.map(change)) : page;
      },
    };
  };
}

/** Every signature but its own is made up. */
function forgedBy(random: Random, { block, certificate }: CertifiedBlock): CertifiedBlock {
  const signatures = certificate.signatures.map((one) => ({
    ...one,
    signature: { ...one.signature, bytes: random.bytes(64) },
  }));
  return { block, certificate: { ...certificate, signatures } };
}

function withoutVote({ block, certificate }: CertifiedBlock): CertifiedBlock {
  return { block, certificate: { ...certificate, signatures: certificate.signatures.slice(1) } };
}

function withoutTransactions({ block, certificate }: CertifiedBlock): CertifiedBlock {
  const proposed = { ...block.proposed, transactions: [] };
  return { block: { ...block, proposed }, certificate };
}

function madeUp(random: Random, recipient: ChainId): InboxRow {
  return {
    recipient,
    origin: hashFrom(random) as string as ChainId,
    height: blockHeight(BigInt(random.below(1_000))),
    block: hashFrom(random),
    arrival: undefined,
  };
}
