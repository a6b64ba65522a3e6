import type { Signer } from '#ports/signer.ts';
import type { Block } from '#protocol/block/block.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { isOwner } from '#protocol/block/ownership.ts';
import { isSameRound, type Round } from '#protocol/block/round.ts';
import { canTimeOut } from '#protocol/manager/rounds.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import type { ClientContext } from '../context.ts';
import { collectTimeouts } from './collect-timeouts.ts';
import type { Place } from './may-propose.ts';

/** Waits in rounds in which only others, or time, can go on. */
export interface RoundWait {
  /** Returns when the round is given up, or when it is time to look around again. */
  wait(place: Place, round: Round): Promise<void>;
  /** Nobody waits any more. */
  end(): void;
}

/** How long to wait before looking around again: longer while the round stays the same. */
const pauseFirst = 100_000n;
const pauseMax = 2_000_000n;

interface Collection {
  readonly round: Round;
  /** Whether votes are still being collected. */
  isOpen: boolean;
  /** Resolves once the round is given up, and never otherwise. */
  readonly given: Promise<void>;
}

/** While it waits, it collects the votes that give the round up. */
export function newRoundWait(
  context: ClientContext,
  { own, signer, until }: { readonly own: Block; readonly signer: Signer; readonly until: bigint },
): RoundWait {
  const { clock, background } = context;
  let current: Collection | undefined;
  let pause = pauseFirst;
  let isEnded = false;

  function collect(round: Round): Collection {
    const { promise, resolve } = Promise.withResolvers<void>();
    const collection: Collection = { round, isOpen: true, given: promise };
    const { chain, height, epoch } = own.header;
    const isOver = () => isEnded || current !== collection || clock.now() >= until;
    const subject = { chain, height, epoch, round };
    background.add(
      collectTimeouts(context, signer, { subject, isOver }).then(
        (certificate) => {
          collection.isOpen = false;
          if (certificate) resolve();
        },
        () => {
          collection.isOpen = false;
        },
      ),
    );
    return collection;
  }

  return {
    async wait({ ownership }, round) {
      const isSame = current !== undefined && isSameRound(current.round, round);
      if (!isSame) pause = pauseFirst;
      const mayAsk = canTimeOut(round, ownership) && isOwner(ownership, ownerOf(signer.publicKey));
      if (mayAsk && !(isSame && current?.isOpen)) current = collect(round);
      const waited = clock.sleep(duration(pause));
      await (current ? Promise.race([current.given, waited]) : waited);
      pause = pause * 2n < pauseMax ? pause * 2n : pauseMax;
    },
    end() {
      isEnded = true;
    },
  };
}
