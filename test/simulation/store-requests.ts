import { StoreBusyFault, StoreFault } from '#ports/store-fault.ts';
import { someMs, type WorldContext } from './context.ts';
import type { Process } from './scheduler.ts';

/** One request to a store; it is carried out in one go. */
export interface StoreRequest<T> {
  readonly label: string;
  /** `commit`: the write of a head. */
  readonly kind: 'read' | 'write' | 'commit';
  carryOut(): Promise<T>;
}

export type SendRequest = <T>(request: StoreRequest<T>) => Promise<T>;

/** Who sends requests, and how that ends when it must. */
export interface Sender {
  readonly process: Process;
  die(): void;
}

type Fate = 'heard' | 'heard later' | 'unheard' | 'lost' | 'throttled' | 'late';

const failedReads: readonly Fate[] = ['lost', 'throttled'];
const failedWrites: readonly Fate[] = ['unheard', 'unheard', 'lost', 'throttled'];

/**
 * Requests travel by themselves: what was sent may be carried out though its sender has died, or
 * has given it up and done something else meanwhile.
 */
export function storeRequests(context: WorldContext, sender: Sender): SendRequest {
  const { scheduler, random, nature, reach } = context;
  const { process } = sender;

  function fateOf(kind: StoreRequest<unknown>['kind']): Fate {
    const { store, late } = context.faults();
    if (kind !== 'read' && random.chance(kind === 'commit' ? late : late / 4)) return 'late';
    if (random.chance(store)) return random.pick(kind === 'read' ? failedReads : failedWrites);
    return kind !== 'read' && random.chance(0.04) ? 'heard later' : 'heard';
  }

  async function land({ kind, carryOut }: StoreRequest<unknown>): Promise<void> {
    const result = await carryOut();
    const isSaved = (result as { readonly kind?: string } | undefined)?.kind === 'saved';
    if (kind === 'commit' && isSaved) reach('a save given up landed later');
  }

  return <T>(request: StoreRequest<T>): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const { label, kind } = request;
    const { crash } = context.faults();
    if (random.chance(crash)) {
      reach('a worker died between two requests to the store');
      sender.die();
      return promise;
    }
    const fate = fateOf(kind);

    /** Whoever sent it goes on, if it lives. */
    function answer(how: () => void): void {
      if (!process.isAlive) {
        if (kind !== 'read') reach('a write landed after its worker had died');
        return;
      }
      scheduler.become(process);
      how();
    }

    async function arrive(): Promise<void> {
      switch (fate) {
        case 'lost':
          return answer(() => reject(new StoreFault(`${label} failed`)));
        case 'throttled':
          reach('a store was at its limits');
          return answer(() => reject(new StoreBusyFault(`${label} has to wait`)));
        case 'late': {
          const act = () => void land(request).catch(scheduler.fail);
          scheduler.after(nature, lateMs(context), { label: `${label} lands late`, act });
          return answer(() => reject(new StoreFault(`no answer to ${label}`)));
        }
        default:
      }
      let result: T;
      try {
        result = await request.carryOut();
      } catch (error) {
        if (!(error instanceof StoreFault)) throw error;
        return answer(() => reject(error));
      }
      if (kind !== 'read' && random.chance(crash)) {
        reach('a worker died before it knew what it had written');
        sender.die();
        return;
      }
      if (fate === 'unheard') {
        if (kind === 'commit') reach('a save succeeded without saying so');
        return answer(() => reject(new StoreFault(`no answer to ${label}`)));
      }
      if (fate === 'heard') return answer(() => resolve(result));
      const act = () => resolve(result);
      scheduler.after(process, someMs(random, 0, 60), { label: `${label} answered`, act });
    }

    const ms = random.chance(0.02) ? someMs(random, 0, 800) : someMs(random, 0, 4);
    scheduler.after(nature, ms, { label, act: () => void arrive().catch(scheduler.fail) });
    return promise;
  };
}

function lateMs({ random }: WorldContext): number {
  return random.chance(0.1) ? someMs(random, 0, 60_000) : someMs(random, 0, 2_000);
}
