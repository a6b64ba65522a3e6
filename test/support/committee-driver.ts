import { mkdirSync } from 'node:fs';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { createKey } from '#adapters/sqlite/key-record.ts';
import { type Home, homeFrom, validatorFiles } from '#cli/home.ts';
import { writeAddresses, writeNetwork } from '#cli/network-files.ts';
import { type RunningValidator, startValidator } from '#cli/validator-process.ts';
import type { NamedSeed } from '#client/genesis.ts';
import { type Genesis, networkIdOf } from '#protocol/block/genesis.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { granted, type Reachable } from './client-world.ts';

/** A committee of four, whatever its members run on. */
export interface CommitteeDriver extends Reachable {
  /** Who stays up, and who may be stopped and started again. */
  readonly steady: readonly string[];
  readonly embedded: readonly string[];
  /** The number of a member's seat, by its name. */
  seatOf(name: string): number;
  stop(name: string): Promise<void>;
  start(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Where a member answers. */
export interface Located {
  readonly name: string;
  readonly publicKey: string;
  readonly url: string;
}

/** A member of which this process has the key and, while it runs, the store. */
export interface EmbeddedMember extends Located {
  readonly port: number;
}

/** A member that will answer at a port of this machine. */
export function embeddedMember({ name, seed }: NamedSeed, port: number): EmbeddedMember {
  const publicKey = hexFromBytes(ed25519Signer(seed).publicKey.bytes);
  return { name, publicKey, port, url: `http://127.0.0.1:${port}` };
}

export interface EmbeddedParts {
  readonly folder: string;
  readonly genesis: Genesis;
  /** All members of the committee. */
  readonly members: readonly Located[];
  readonly embedded: readonly EmbeddedMember[];
  readonly seeds: readonly NamedSeed[];
}

/** Starts the embedded members of a committee, whatever the others run on. */
export async function startEmbedded(
  parts: EmbeddedParts,
): Promise<Pick<CommitteeDriver, 'stop' | 'start' | 'close' | 'seatOf'>> {
  const { genesis, members, embedded, seeds } = parts;
  const home = homeFrom({ WEFT_HOME: parts.folder });
  const stored = { genesis, notes: notesOf(parts) };
  prepare(home, seeds);
  writeNetwork(home, stored);
  granted(writeAddresses(home, stored.notes, members));
  const running = new Map<string, RunningValidator>();
  const start = async (name: string) => {
    const { port = 0 } = embedded.find((one) => one.name === name) ?? {};
    running.set(name, granted(await startValidator({ home, stored, name, port, logs: 'faults' })));
  };
  const stop = async (name: string) => {
    await running.get(name)?.stop();
    running.delete(name);
  };
  for (const { name } of embedded) await start(name);
  return {
    start,
    stop,
    seatOf(name) {
      const key = members.find((one) => one.name === name)?.publicKey;
      return genesis.header.committee.findIndex(
        ({ publicKey }) => hexFromBytes(publicKey.bytes) === key,
      );
    },
    async close() {
      for (const name of [...running.keys()]) await stop(name);
    },
  };
}

function prepare(home: Home, seeds: readonly NamedSeed[]): void {
  mkdirSync(home.validators, { recursive: true, mode: 0o700 });
  for (const { name, seed } of seeds) createKey(validatorFiles(home, name).key, seed);
}

function notesOf({ genesis, members }: EmbeddedParts) {
  const validators = members.map(({ name, publicKey }) => ({ name, publicKey }));
  return { format: 1 as const, genesis: networkIdOf(genesis.header), validators, chains: [] };
}
