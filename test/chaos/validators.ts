import { setTimeout as sleep } from 'node:timers/promises';
import { httpValidator } from '#adapters/http/client.ts';
import type { HttpValidator } from '#adapters/http/validator-over.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { type CommandProcess, runCommand, startServing } from './command-process.ts';

/** What `net up` says of a new network. */
export interface StartedNetwork {
  readonly validators: readonly {
    readonly name: string;
    readonly url: string;
    readonly publicKey: string;
    readonly pid: number;
  }[];
  readonly chains: readonly {
    readonly name: string;
    readonly id: string;
    readonly balance: string;
  }[];
}

/** A validator in a process of its own. */
export interface ChaosValidator {
  readonly name: string;
  readonly url: string;
  readonly publicKey: string;
  /** A direct line to it. */
  readonly node: HttpValidator;
  isRunning(): boolean;
  kill(): void;
  start(): void;
  /** Resolves when it answers. */
  ready(): Promise<void>;
}

const readyMsMax = 60_000;
const restartMs = 200;

/** A new network in `home`, with a process for each validator. */
export async function startNetwork(home: string): Promise<StartedNetwork> {
  const args = ['net', 'up', '--processes', '--detach', '--port', '0'];
  return (await runCommand(home, args)) as StartedNetwork;
}

export function chaosValidator(
  home: string,
  { name, url, publicKey, pid }: StartedNetwork['validators'][number],
): ChaosValidator {
  const key = { scheme: 'ed25519', bytes: bytesFromHex(publicKey) } as const;
  const node = httpValidator({ url, name, publicKey: key, connections: 2 });
  let current: Pick<CommandProcess, 'isRunning' | 'kill'> = processOf(pid);
  let isWanted = true;

  function start(): void {
    const started = startServing(home, ['validator', 'run', name]);
    current = started;
    // As whoever keeps a service running: what ends by itself is started again.
    const again = () => {
      if (isWanted && current === started) start();
    };
    void started.finished.then(({ code }) => code !== null && setTimeout(again, restartMs));
  }

  return {
    name,
    url,
    publicKey,
    node,
    isRunning: () => isWanted && current.isRunning(),
    kill() {
      isWanted = false;
      current.kill();
    },
    start() {
      if (isWanted) return;
      isWanted = true;
      start();
    },
    async ready() {
      const end = performance.now() + readyMsMax;
      while (performance.now() < end) {
        try {
          await node.network();
          return;
        } catch {
          await sleep(50); // not there yet
        }
      }
      throw new Error(`${name} does not answer at ${url}`);
    },
  };
}

/** The process that `net up` started and left. */
function processOf(pid: number): Pick<CommandProcess, 'isRunning' | 'kill'> {
  let isKilled = false;
  return {
    isRunning: () => !isKilled,
    kill() {
      if (!isKilled) process.kill(pid, 'SIGKILL');
      isKilled = true;
    },
  };
}
