import type { Signer } from '#ports/signer.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { fallbackRound, fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { TestValidator } from '#test/support/committee.ts';
import { contended } from '#test/support/contended.ts';
import {
  confirm,
  pay,
  proposeRequest,
  send,
  take,
  timeoutFrom,
  votesFor,
} from '#test/support/drive.ts';
import { fallbackUs, leading, leave, ownedChain, settle } from '#test/support/led-rounds.ts';
import { singleLeader, validatorIn } from '#test/support/managers.ts';
import {
  accepted,
  confirmBy,
  confirmedRequest,
  giveUp,
  proposed,
  timeoutRequest,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { height } from '#test/support/store-values.ts';
import type { Flow } from './script.ts';

const validatedAlone: Flow = {
  name: 'a validator that knows no proposal gets a validated certificate',
  async play({ begin }) {
    const { committee, of, quorum, validators } = contended();
    const one = await of(1n, 0);
    const certificate = await validate(committee, quorum, one.proposal);
    begin(committee, validators[3]);
    const request = validatedRequest(certificate, one.block);
    await send(validators[3], validatedRequest(certificate));
    const confirmed = await confirmBy(committee, validators, request);
    await accepted(validators[3], confirmedRequest(confirmed));
  },
};

const timedOut: Flow = {
  name: 'rounds are given up, and a block is made in the next',
  async play({ begin }) {
    const { committee, alice, of, validators } = contended();
    const [one, other] = [await of(1n, 0), await of(2n, 0)];
    begin(committee, validators[0]);
    for (const validator of validators) {
      const { proposal } = validator === validators[1] ? one : other;
      await accepted(validator, proposeRequest(proposal));
    }
    await leave(committee, alice);
    await settle(committee, await of(3n, 1));
  },
};

const led: Flow = {
  name: 'two owners split the votes, and a leader makes the block',
  async play({ begin }) {
    const { committee, alice, bob, carol, validators } = ownedChain('regular');
    const signers = [alice.signer, bob.signer];
    begin(committee, validators[0]);
    const by = (signer: Signer, round: Round) =>
      proposed(committee, alice, [pay(carol.chain, 2n)], {
        round,
        signer,
        changed: { signer: ownerOf(signer.publicKey) },
      });
    const one = await by(alice.signer, multiLeader(0));
    const other = await by(bob.signer, multiLeader(0));
    const [first, second, ...rest] = validators;
    await send(first, proposeRequest(one.proposal));
    await send(first, proposeRequest(other.proposal));
    for (const validator of [second, ...rest])
      await send(validator, proposeRequest(other.proposal));
    await leave(committee, alice);
    const { leader } = await leading(committee, alice, { round: singleLeader, signers });
    await settle(committee, await by(leader, singleLeader));
  },
};

const lockedAgain: Flow = {
  name: 'a lock is proposed again in later rounds, and every opening is kept',
  async play({ begin }) {
    const { committee, alice, bob, validators, of } = contended();
    begin(committee, validators[0]);
    const first = await of(1n, 0);
    let newest = await validate(committee, validators, first.proposal);
    for (const number of [1, 2]) {
      const { outcome } = first.block;
      const again = await proposed(committee, alice, [], {
        round: multiLeader(number),
        retry: { kind: 'validated', certificate: newest, outcome },
        changed: first.block.proposed,
      });
      newest = await validate(committee, validators, again.proposal);
      for (const one of validators) await send(one, validatedRequest(newest, first.block));
    }
    const confirmed = await confirmBy(committee, validators, validatedRequest(newest, first.block));
    for (const one of validators) await accepted(one, confirmedRequest(confirmed, first.block));
    await confirm(committee, alice, [pay(bob.chain, 1n)]);
  },
};

const displaced: Flow = {
  name: 'a lock gives way to a newer certificate',
  async play({ begin }) {
    const { committee, alice, of, quorum, validators } = contended();
    const [a, b, c, last] = validators;
    begin(committee, last);
    const one = await of(1n, 0);
    const certificate = await validate(committee, quorum, one.proposal);
    await accepted(last, validatedRequest(certificate, one.block));
    const gaveUp = await giveUp(committee, quorum, alice, multiLeader(0));
    await accepted(last, { kind: 'timeout', certificate: gaveUp });
    const other = await of(2n, 1);
    const newer = await validate(committee, [a, b, c], other.proposal);
    await send(last, proposeRequest(other.proposal));
    const confirmed = await confirmBy(committee, validators, validatedRequest(newer, other.block));
    for (const each of validators) await accepted(each, confirmedRequest(confirmed));
  },
};

const fastAgain: Flow = {
  name: 'a fast block is proposed again in a multi-leader round',
  async play({ begin }) {
    const { committee, alice, bob, validators } = contended();
    begin(committee, validators[0]);
    const fast = await proposed(committee, alice, [pay(bob.chain, 1n)], { round: fastRound });
    await accepted(validators[0], proposeRequest(fast.proposal));
    const { publicKey, signature } = fast.proposal;
    const again = await proposed(committee, alice, [pay(bob.chain, 1n)], {
      retry: { kind: 'fast', publicKey, signature },
    });
    await settle(committee, again);
  },
};

const fallenBack: Flow = {
  name: 'owners are gone, and a validator makes the block',
  async play({ begin }) {
    const { committee, alice, bob, validators } = ownedChain('mixed');
    const sent = await confirm(committee, bob, [pay(alice.chain, 3n)]);
    begin(committee, validators[0]);
    const asked = { height: height(0), round: fallbackRound };
    const request = await timeoutRequest(committee, alice, asked);
    for (const one of validators) await accepted(one, request);
    committee.clock.advance(fallbackUs);
    const certificate = timeoutFrom(committee, await votesFor(validators, request));
    for (const one of validators) await accepted(one, { kind: 'timeout', certificate });
    const signers = validators.flatMap(({ ports }) => ports.signer ?? []);
    const round = validatorIn(0);
    const { leader } = await leading(committee, alice, { round, signers });
    const taken = take(sent.block, alice.chain);
    const changed = { signer: undefined };
    await settle(
      committee,
      await proposed(committee, alice, taken, { round, signer: leader, changed }),
    );
  },
};

/** Three validators voted for alice's block, and she vanished. */
function vanished(name: string, leftAt: 'fast' | 'validated' | 'locked'): Flow {
  return {
    name,
    async play({ begin, drive }) {
      const { committee, alice, bob, validators } = contended();
      const quorum: readonly TestValidator[] = validators.slice(0, 3);
      begin(committee, validators[0]);
      const options = leftAt === 'fast' ? { round: fastRound } : {};
      const { proposal } = await proposed(committee, alice, pays(bob.chain), options);
      if (leftAt === 'fast') {
        await votesFor(quorum, proposeRequest(proposal));
      } else {
        const certificate = await validate(committee, quorum, proposal);
        if (leftAt === 'locked') await accepted(validators[0], validatedRequest(certificate));
      }
      committee.clock.advance(60_000_000n);
      await drive();
      committee.clock.advance(60_000_000n);
      await drive();
    },
  };
}

function pays(chain: ChainId): readonly Transaction[] {
  return [pay(chain, 1n)];
}

/** What happens in more than one round of a height. */
export const flowsOfRounds: readonly Flow[] = [
  validatedAlone,
  timedOut,
  led,
  lockedAgain,
  displaced,
  fastAgain,
  fallenBack,
  vanished('an owner vanishes behind a fast block, and the driver finishes it', 'fast'),
  vanished('an owner vanishes behind a lock, and the driver finishes it', 'locked'),
  vanished('an owner vanishes, and the driver gives up the round', 'validated'),
];
