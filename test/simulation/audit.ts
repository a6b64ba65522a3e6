import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type AccountOwner, chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import { envelopeFrom, isRowTaken } from '#protocol/messaging/inbox-row.ts';
import { handleRequest } from '#worker/handle-request.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { readBalance, readHead, readNextToRemove } from '#worker/read-state.ts';
import { clockOf, type WorldContext } from './context.ts';
import { initialBalance } from './genesis.ts';
import { InvariantFailure } from './invariant-failure.ts';
import type { SimulatedValidator } from './network.ts';
import type { Replica } from './replica.ts';

/** Why a world has not come to rest, or nothing. */
export async function isSettled(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
): Promise<string | undefined> {
  const [lost] = context.observer.lost();
  if (lost) return `${lost.hash} was acknowledged, and is nowhere`;
  for (const replica of honest(validators)) {
    const ports = readerOf(context, replica);
    const missing = (await lagOf(context, ports)) ?? (await undeliveredOf(context, ports));
    if (missing) return `${replica.name}: ${missing}`;
  }
  return undefined;
}

/** Looks at everything once more, when all is at rest. */
export async function auditWorld(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
): Promise<void> {
  const { ledger } = context.observer;
  const { rootChains } = context.network.network;
  const supply = initialBalance * BigInt(rootChains.length);
  if (ledger.money.total() !== supply) {
    throw new InvariantFailure(`money is conserved: ${ledger.money.total()} of ${supply}`);
  }
  for (const replica of honest(validators)) {
    await auditBalances(context, readerOf(context, replica), replica.name);
  }
  await executeAgain(context);
}

function honest(validators: readonly SimulatedValidator[]): readonly Replica[] {
  return validators.flatMap(({ replicas }) => replicas.filter(({ isHonest }) => isHonest));
}

/** What a process would find that started now, with a memory of its own. */
function readerOf(context: WorldContext, replica: Replica): WorkerPorts {
  return localPorts(context, memoryChainStore({ from: replica.snapshot() }));
}

function localPorts(context: WorldContext, store: NodeStore): WorkerPorts {
  return {
    network: context.network.network,
    chains: store,
    blobs: store.blobs,
    verifier: context.crypto.verifier(),
    clock: clockOf(context, context.nature, 0),
    bus: { ring: () => Promise.resolve() },
    notifier: { publish: () => Promise.resolve() },
    signer: undefined,
    tracks: () => true,
  };
}

async function lagOf(context: WorldContext, ports: WorkerPorts): Promise<string | undefined> {
  const { ledger } = context.observer;
  for (const chain of context.network.network.rootChains) {
    const head = await readHead(ports, chain);
    const height = ledger.blocksOf(chain).length;
    if (head?.next !== BigInt(height)) return `${chain} is at ${head?.next} of ${height}`;
  }
  return undefined;
}

/** Each envelope has its row, or the recipient has taken all of it. */
async function undeliveredOf(
  context: WorldContext,
  ports: WorkerPorts,
): Promise<string | undefined> {
  for (const origin of context.network.network.rootChains) {
    for (const { block } of context.observer.ledger.blocksOf(origin)) {
      for (const recipient of recipientsOf(block)) {
        const envelope = envelopeFrom(block, recipient, block.header.timestamp);
        const [row] = await ports.chains.loadRows(recipient, [envelope]);
        if (row?.block === block.hash) continue;
        const next = await readNextToRemove(ports, recipient, origin);
        if (row || !isRowTaken(envelope, next)) {
          return `${recipient} lacks ${origin}@${block.header.height}`;
        }
      }
    }
  }
  return undefined;
}

async function auditBalances(
  context: WorldContext,
  ports: WorkerPorts,
  name: string,
): Promise<void> {
  const { network, validators } = context.network;
  const { money } = context.observer.ledger;
  const owners: readonly AccountOwner[] = [
    chainOwner,
    ...validators.map(({ publicKey }) => ownerOf(publicKey)),
  ];
  for (const chain of network.rootChains) {
    for (const owner of owners) {
      const found = await readBalance(ports, { chain, owner });
      const expected = money.balanceOf({ chain, owner });
      if (found !== expected) {
        throw new InvariantFailure(`${name} has the money: ${found} of ${expected} on ${chain}`);
      }
    }
  }
}

/** Whoever executes the confirmed blocks, in whatever process, comes to the same states. */
async function executeAgain(context: WorldContext): Promise<void> {
  const ports = localPorts(context, memoryChainStore());
  for (const chain of context.network.network.rootChains) {
    await executeChain(context, ports, chain);
  }
}

async function executeChain(
  context: WorldContext,
  ports: WorkerPorts,
  chain: ChainId,
): Promise<void> {
  for (const { block, certificate } of context.observer.ledger.blocksOf(chain)) {
    const request = { kind: 'confirmed', certificate, body: block } as const;
    const { decided } = await handleRequest(ports, request);
    const head = await readHead(ports, chain);
    if (decided.kind === 'refused' || head?.tip !== block.hash) {
      const found = decided.kind === 'refused' ? decided.refusal.kind : head?.tip;
      throw new InvariantFailure(`a block executes alike again: ${block.hash} gives ${found}`);
    }
    if (head.state.root !== block.outcome.state) {
      throw new InvariantFailure(`a state has the root that its block says: ${block.hash}`);
    }
  }
}
