import type { MemoryChainStore } from '#adapters/memory/chain-store.ts';
import { memoryNotifier } from '#adapters/memory/notifier.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import type { ServedPorts } from '#api/local-validator.ts';
import type { Clock } from '#ports/clock.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import type { NodeStore } from '#ports/node-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { SendRequest, StoreRequest } from '#test/simulation/store-requests.ts';
import { tableStore } from '#test/simulation/table-store.ts';
import type { Script } from './script.ts';

/** What becomes of one operation, and of whoever carries it out. */
export type Fate =
  /** The process dies and the operation was not carried out. */
  | 'crash before'
  /** It was, and the process died before it knew. */
  | 'crash after'
  /** It was not, but those that were sent beside it were. */
  | 'crash beside'
  /** It is carried out only when the process that was started next has done its work. */
  | 'crash, then landed'
  | 'failed'
  /** It was carried out, and the caller saw an error. */
  | 'applied, unheard'
  /** The caller saw an error, and it is carried out when the caller has done without. */
  | 'unheard, then landed';

export const fatesOf: Readonly<Record<StoreRequest<unknown>['kind'], readonly Fate[]>> = {
  read: ['crash before', 'failed'],
  write: [
    'crash before',
    'crash after',
    'crash beside',
    'crash, then landed',
    'failed',
    'applied, unheard',
    'unheard, then landed',
  ],
  commit: [
    'crash before',
    'crash after',
    'crash, then landed',
    'failed',
    'applied, unheard',
    'unheard, then landed',
  ],
};

/** An operation of a store or of the bus, in the order of sending. */
export interface Operation {
  readonly label: string;
  readonly kind: StoreRequest<unknown>['kind'];
}

/** What the processes of one validator share, one after another. */
export interface Victim {
  readonly store: MemoryChainStore;
  readonly operations: readonly Operation[];
  /** Bells that were rung and not delivered. */
  readonly bells: Doorbell[];
  /** Another process, which remembers nothing. */
  start(): VictimProcess;
  /** Carries out what was sent, given up, and is still under way. */
  land(): Promise<void>;
}

export interface VictimProcess {
  readonly ports: ServedPorts;
  /** Resolves when it has died. */
  readonly died: Promise<'died'>;
}

export type Spoil = (store: NodeStore) => NodeStore;

export interface VictimOptions {
  readonly script: Script;
  readonly store: MemoryChainStore;
  readonly clock: Clock;
  /** By the number of the operation. */
  readonly fates: ReadonlyMap<number, Fate>;
  /** A head was replaced. */
  onSaved(chain: ChainId): Promise<void>;
  /** Breaks a store, to see that it is noticed. */
  readonly spoil?: Spoil | undefined;
}

/** A validator each of whose operations has a number, and may be its last. */
export function newVictim(options: VictimOptions): Victim {
  const { script, store, clock, fates, onSaved, spoil = (one) => one } = options;
  const operations: Operation[] = [];
  const bells: Doorbell[] = [];
  const underWay: (() => Promise<unknown>)[] = [];

  function start(): VictimProcess {
    const death = Promise.withResolvers<'died'>();
    let isAlive = true;
    const die = () => {
      isAlive = false;
      death.resolve('died');
    };

    const send = sender({ fates, operations, underWay, life: { isAlive: () => isAlive, die } });
    const chains = spoil(tableStore({ store, send, saved: onSaved }));
    const { network } = script.committee;
    const ring = (rung: readonly Doorbell[]) => {
      if (script.bells === 'delivered') bells.push(...rung);
      return Promise.resolve();
    };
    const ports: ServedPorts = {
      network,
      chains,
      blobs: chains.blobs,
      verifier: signatureVerifier({ policy: { kind: 'validators', clock } }),
      clock,
      bus: {
        // A queue that does not take a bell fails no request.
        ring: (rung) =>
          send({ label: 'ring', kind: 'write', carryOut: () => ring(rung) }).catch(() => undefined),
      },
      signer: script.signer,
      notifier: memoryNotifier({ run: 'crash points' }),
      tracks: () => true,
    };
    return { ports, died: death.promise };
  }

  return {
    store,
    operations,
    bells,
    start,
    async land() {
      for (const carryOut of underWay.splice(0)) await carryOut();
    },
  };
}

interface Sending {
  readonly fates: ReadonlyMap<number, Fate>;
  readonly operations: Operation[];
  readonly underWay: (() => Promise<unknown>)[];
  readonly life: { isAlive(): boolean; die(): void };
}

/** Carries operations out, each as is its fate. */
function sender({ fates, operations, underWay, life }: Sending): SendRequest {
  const { isAlive, die } = life;
  return async <T>({ label, kind, carryOut }: StoreRequest<T>): Promise<T> => {
    const never = new Promise<never>(() => undefined);
    if (!isAlive()) return await never;
    const fate = fates.get(operations.push({ label, kind }) - 1);
    switch (fate) {
      case undefined:
        return await carryOut();
      case 'crash before':
        die();
        return await never;
      case 'crash beside':
        setImmediate(die);
        return await never;
      case 'crash, then landed':
        underWay.push(carryOut);
        die();
        return await never;
      case 'unheard, then landed':
        underWay.push(carryOut);
        throw new StoreFault(`no answer to ${label}`);
      case 'failed':
        throw new StoreFault(`${label} failed`);
      default:
    }
    await carryOut();
    if (fate === 'applied, unheard') throw new StoreFault(`no answer to ${label}`);
    die();
    return await never;
  };
}
