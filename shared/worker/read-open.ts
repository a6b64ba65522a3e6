import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Given, Needs } from '#protocol/chain/decision.ts';
import {
  type ChainStart,
  needsPieces,
  type OpenChain,
  openChain,
} from '#protocol/chain/open-chain.ts';
import { fetchNeeds, givenFrom, nothingFetched, wavesMax } from './fetch-needs.ts';
import { loadStart } from './load-start.ts';
import type { WorkerPorts } from './ports.ts';

/** What a reader answers, or what it lacks. */
export type Read<T> = { readonly kind: 'read'; readonly value: T } | Needs;

/**
 * Reads a chain at its newest saved head, fetching what `reader` lacks; undefined for a chain that
 * is not of the network.
 */
export async function readOpen<T>(
  ports: WorkerPorts,
  chain: ChainId,
  reader: (open: OpenChain, given: Given) => Read<T>,
): Promise<T | undefined> {
  const { start } = await loadStart(ports, chain);
  return start && (await readStart(ports, start, reader));
}

/** Reads a chain that is loaded, fetching what `reader` lacks. */
export async function readStart<T>(
  ports: WorkerPorts,
  start: ChainStart,
  reader: (open: OpenChain, given: Given) => Read<T>,
): Promise<T> {
  const { chain } = start.head;
  const fetched = nothingFetched();
  for (let wave = 0; wave < wavesMax; wave++) {
    const given = givenFrom(ports, fetched, undefined);
    const open = openChain(start, given);
    const read: Read<T> = 'view' in open ? reader(open, given) : open;
    if (read.kind === 'read') return read.value;
    await fetchNeeds(ports, chain, { needs: read, fetched });
  }
  throw new StoreFault(`the state of chain ${chain} is too deep to read`);
}

/** A reader of the state alone, which lacks what the view finds missing. */
export function fromView<T>(read: (open: OpenChain) => T): (open: OpenChain) => Read<T> {
  return (open) => {
    const value = read(open);
    const { missing } = open.view;
    if (missing.size === 0) return { kind: 'read', value };
    return needsPieces(missing);
  };
}
