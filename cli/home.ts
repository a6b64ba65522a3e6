import { dirname, join, resolve } from 'node:path';

/** The clone this program is run from. */
export const repository: string = dirname(import.meta.dirname);

/** Where a network's state lives on this machine: one file for each thing that has a life. */
export interface Home {
  readonly path: string;
  /** The genesis, in the protocol's own bytes. */
  readonly genesis: string;
  /** What the genesis does not say: the seed, names of chains and validators. */
  readonly network: string;
  /** Addresses and processes of the validators. */
  readonly addresses: string;
  readonly validators: string;
  /** Address and process of the network's faucet. */
  readonly faucet: string;
  readonly logs: string;
  readonly wallet: string;
  /** What the client keeps of chains. */
  readonly node: string;
  /** Held while the network is set up, started or stopped. */
  readonly lock: string;
}

/** `WEFT_HOME`, or `.weft` in the clone. */
export function homeFrom(env: Readonly<Record<string, string | undefined>>): Home {
  const chosen = env.WEFT_HOME;
  const path = chosen === undefined || chosen === '' ? join(repository, '.weft') : resolve(chosen);
  return {
    path,
    genesis: join(path, 'genesis.bin'),
    network: join(path, 'network.json'),
    addresses: join(path, 'validators.json'),
    validators: join(path, 'validators'),
    faucet: join(path, 'faucet.json'),
    logs: join(path, 'logs'),
    wallet: join(path, 'wallet.db'),
    node: join(path, 'node.db'),
    lock: join(path, 'net.lock'),
  };
}

export interface ValidatorFiles {
  readonly store: string;
  readonly key: string;
  readonly log: string;
}

export function validatorFiles(home: Home, name: string): ValidatorFiles {
  return {
    store: join(home.validators, `${name}.db`),
    key: join(home.validators, `${name}.key`),
    log: join(home.logs, `${name}.log`),
  };
}
