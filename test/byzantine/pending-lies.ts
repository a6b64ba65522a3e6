import { blockFrom } from '#protocol/block/block.ts';
import { fallbackRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { ChainInfo, PendingHeight } from '#protocol/chain/info.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import type { Fault, Liar } from './fault.ts';

type Change = (
  pending: PendingHeight,
  info: ChainInfo,
  liar: Liar,
) => Promise<Partial<PendingHeight>>;

const nothing: PendingHeight = {
  accepted: undefined,
  locked: undefined,
  timeout: undefined,
  validate: undefined,
  confirm: undefined,
};

/** Says of a height under way what is not so. */
export const pendingLies: readonly Fault[] = [
  { name: 'holds nothing back from a height', lie: pending(() => Promise.resolve(nothing)) },
  {
    name: 'shows a made-up end of the last round there is',
    lie: pending((_, info, liar) =>
      Promise.resolve({ timeout: madeUp(info, fallbackRound, liar) }),
    ),
  },
  {
    name: 'shows a made-up end of its round',
    lie: pending((_, info, liar) => Promise.resolve({ timeout: madeUp(info, info.round, liar) })),
  },
  { name: 'shows a lock that nobody validated', lie: pending(madeUpLock) },
  {
    name: 'shows a proposal that its owner did not sign',
    lie: pending(({ accepted }, _, { random }) =>
      Promise.resolve({
        accepted: accepted && {
          ...accepted,
          round: multiLeader(random.below(5)),
          signature: { ...accepted.signature, bytes: random.bytes(64) },
        },
      }),
    ),
  },
];

function pending(change: Change): NonNullable<Fault['lie']> {
  return (liar) => ({
    async info(chain, flags) {
      const found = await liar.honest.info(chain, flags);
      if (!found.ok || !found.value.pending) return found;
      const told = await change(found.value.pending, found.value, liar);
      return ok({ ...found.value, pending: { ...found.value.pending, ...told } });
    },
  });
}

/** A certificate of everybody, if it were not for the signatures. */
function madeUp({ chain, next, epoch }: ChainInfo, round: Round, { network, random }: Liar) {
  const signatures = network.genesis.committee.map((_, seat) => ({
    seat,
    signature: { scheme: 'ed25519', bytes: random.bytes(64) } as const,
  }));
  return { chain, height: next, epoch, round, signatures };
}

/** On the newest block, as if it had been proposed once more. */
async function madeUpLock(_: PendingHeight, info: ChainInfo, liar: Liar) {
  const { chain, next } = info;
  const page = next > 0n ? await liar.honest.blocks(chain, blockHeight(next - 1n), 1) : ok([]);
  const newest = page.ok ? page.value[0] : undefined;
  if (!newest) return {};
  const { proposed, outcome } = newest.block;
  const body = { proposed: { ...proposed, height: next }, outcome };
  const block = blockFrom(body.proposed, body.outcome).hash;
  const unlocking = undefined;
  const certificate = { ...madeUp(info, multiLeader(0), liar), block, unlocking };
  return { locked: { kind: 'validated', certificate, body } as const };
}
