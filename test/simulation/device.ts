import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { Signer } from '#ports/signer.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { Block } from '#protocol/block/block.ts';
import { type AccountOwner, ownerOf } from '#protocol/block/owner.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { clockOf, type WorldContext } from './context.ts';
import type { Key, SimulatedChain } from './genesis.ts';
import { nodeFor, type SimulatedValidator } from './network.ts';
import type { Process } from './scheduler.ts';

/** What a device finds again when it starts anew. */
export interface DeviceRecord {
  readonly store: MemoryChainStore;
  /** The wallet of the product's client. */
  readonly wallet: Map<string, Uint8Array>;
  /** Awaited before each step of its stores. */
  beforeStep(): Promise<void> | void;
  /** The newest proposal, saved before it is first sent. */
  sent: BlockProposal | undefined;
  /** The only proposal for a fast round that it may sign at that height. */
  fast: BlockProposal | undefined;
  /** A device that lost its record never uses the fast round again. */
  isRestored: boolean;
}

/** One owner's program, from its start to its death. */
export interface Device {
  readonly context: WorldContext;
  readonly process: Process;
  readonly chain: SimulatedChain;
  readonly key: Key;
  readonly signer: Signer;
  readonly owner: AccountOwner;
  /** The wallet's own node: it checks and stores, and never votes. */
  readonly ports: WorkerPorts;
  readonly nodes: readonly ValidatorNode[];
  readonly committee: Committee;
  readonly record: DeviceRecord;
}

export interface DeviceOptions {
  readonly name: string;
  readonly side: number;
  readonly chain: SimulatedChain;
  readonly key: Key;
  readonly skewMs: number;
  readonly validators: readonly SimulatedValidator[];
}

export function newRecord({
  isRestored,
  beforeStep = () => undefined,
}: Partial<Pick<DeviceRecord, 'beforeStep'>> & Pick<DeviceRecord, 'isRestored'>): DeviceRecord {
  const store = memoryChainStore({ beforeStep });
  return { store, wallet: new Map(), beforeStep, sent: undefined, fast: undefined, isRestored };
}

export function startDevice(
  context: WorldContext,
  { name, side, chain, key, skewMs, validators }: DeviceOptions,
  record: DeviceRecord,
): Device {
  const { network } = context.network;
  const process = { name, side, isAlive: true };
  const committee = network.committee(epoch(0));
  if (!committee) throw new Error('a network has its first committee');
  const ports: WorkerPorts = {
    network,
    chains: record.store,
    blobs: record.store.blobs,
    verifier: context.crypto.verifier(),
    clock: clockOf(context, process, () => skewMs),
    bus: { ring: () => Promise.resolve() },
    notifier: { publish: () => Promise.resolve() },
    signer: undefined,
    tracks: (other) => other === chain.chain,
  };
  const nodes = validators.map((one) => nodeFor(context, process, one));
  const { signer } = key;
  const owner = ownerOf(signer.publicKey);
  return { context, process, chain, key, signer, owner, ports, nodes, committee, record };
}

/** Whether nobody else proposes on the chain. */
export function isOnlyDevice({ chain: { devices } }: Device): boolean {
  return devices.length === 1;
}

/** A block with the proposal or the lock it comes from at hand. */
export interface Proposed {
  readonly proposal: BlockProposal;
  readonly block: Block;
}
