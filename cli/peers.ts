import { statSync } from 'node:fs';
import { httpValidator } from '#adapters/http/client.ts';
import type { HttpValidator } from '#adapters/http/validator-over.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import type { Home } from './home.ts';
import { type Address, type NetworkNotes, readAddresses } from './network-files.ts';

/** The other validators, as their addresses change. */
export interface Peers {
  nodes(): readonly ValidatorNode[];
  close(): Promise<void>;
}

const connectionsToPeer = 2;

export function peersOf(home: Home, notes: NetworkNotes, self: string): Peers {
  let seen: number | undefined;
  let known: readonly HttpValidator[] = [];
  return {
    nodes() {
      const changed = changeTime(home.addresses);
      if (changed === seen) return known;
      const read = readAddresses(home);
      // A file that is just being repaired by hand leaves us with those we know.
      if (!read.ok) return known;
      for (const one of known) void one.close();
      seen = changed;
      known = read.value.flatMap((one) =>
        one.name === self || !isMember(notes, one) ? [] : [nodeAt(one, connectionsToPeer)],
      );
      return known;
    },
    async close() {
      await Promise.all(known.map((one) => one.close()));
    },
  };
}

/** The validator at an address; its key is the one the committee has, whatever answers there. */
export function nodeAt(
  { url, name, publicKey }: Omit<Address, 'pid'>,
  connections = 8,
): HttpValidator {
  const key = { scheme: 'ed25519', bytes: bytesFromHex(publicKey) } as const;
  return httpValidator({ url, name, publicKey: key, connections });
}

function isMember(notes: NetworkNotes, { name, publicKey }: Address): boolean {
  return notes.validators.some((one) => one.name === name && one.publicKey === publicKey);
}

function changeTime(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
