import { StoreFault } from '#ports/store-fault.ts';
import type { Choose } from './choices.ts';

/** How far from the usual order one run may be. */
export interface Bounds {
  /** How often a task that could go on has to wait for another. */
  readonly switches: number;
  /** How often a task dies, or the store fails it. */
  readonly faults: number;
}

/** Tasks of which one at a time has its turn: up to its next request to the store. */
export interface Turns {
  /** Called by the store before each request; resolves when the task has its turn again. */
  reached(): Promise<void>;
  /** Begins a task, which waits for its first turn. */
  start(name: string, task: () => Promise<void>): void;
  /** Whether the save that the task of this turn begins is given up by it, and lands later. */
  isGivenUp(): boolean;
  /** Goes on until nobody waits; `afterTurn` looks at what is stored then. */
  run(afterTurn: () => Promise<void>): Promise<void>;
}

interface Task {
  readonly name: string;
  /** Its requests that wait, the oldest first: each goes on, or fails. */
  readonly waiting: ((fault: StoreFault | undefined) => void)[];
}

export function newTurns(choose: Choose, { switches, faults }: Bounds): Turns {
  const tasks: Task[] = [];
  let current: Task | undefined;
  let [switchesLeft, faultsLeft] = [switches, faults];
  let bug: unknown;

  function wait(task: Task): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    task.waiting.push((fault) => (fault ? reject(fault) : resolve()));
    return promise;
  }

  function die(task: Task): void {
    const at = tasks.indexOf(task);
    if (at >= 0) tasks.splice(at, 1);
  }

  /** The one whose turn it is, first, if it may be kept; others cost a switch. */
  function nextTask(): Task | undefined {
    const waiting = tasks.filter((one) => one.waiting.length > 0);
    const stays = current !== undefined && waiting.includes(current);
    if (stays && switchesLeft === 0) return current;
    const others = waiting.filter((one) => one !== current);
    const candidates = stays && current ? [current, ...others] : others;
    if (candidates.length === 0) return undefined;
    const chosen = candidates.length === 1 ? 0 : choose(candidates.length);
    if (stays && chosen > 0) switchesLeft--;
    return candidates[chosen];
  }

  /** Nothing, a fault, or the end of the task. */
  function nextFault(): 'none' | 'fault' | 'death' {
    if (faultsLeft === 0) return 'none';
    const fate = (['none', 'fault', 'death'] as const)[choose(3)] ?? 'none';
    if (fate !== 'none') faultsLeft--;
    return fate;
  }

  return {
    async reached() {
      const task = current;
      if (task) await wait(task);
    },
    start(name, task) {
      const started: Task = { name, waiting: [] };
      tasks.push(started);
      wait(started)
        .then(task)
        .catch((error: unknown) => {
          if (!(error instanceof StoreFault)) bug ??= error;
        })
        .finally(() => die(started));
    },
    isGivenUp() {
      if (faultsLeft === 0 || choose(2) === 0) return false;
      faultsLeft--;
      return true;
    },
    async run(afterTurn) {
      for (let task = nextTask(); task; task = nextTask()) {
        current = task;
        const fate = nextFault();
        if (fate === 'death') {
          die(task);
        } else {
          task.waiting.shift()?.(fate === 'fault' ? new StoreFault('no answer') : undefined);
          await turnEnded();
        }
        const before = current;
        current = undefined;
        await afterTurn();
        current = before;
        if (bug !== undefined) throw bug;
      }
      current = undefined;
      const [stuck] = tasks;
      if (stuck) throw new Error(`${stuck.name} neither waits for the store nor ends`);
    },
  };
}

/** Everything that follows without another request has happened by then. */
function turnEnded(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
