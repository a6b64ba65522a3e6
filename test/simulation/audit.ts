import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { checkEvidence } from '#protocol/block/check-evidence.ts';
import { ownerText } from '#protocol/block/owner.ts';
import { dataBlobsOf } from '#protocol/block/published.ts';
import { compareRounds, roundText } from '#protocol/block/round.ts';
import { readBurned } from '#protocol/execution/system-state.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import { envelopeFrom, isRowTaken } from '#protocol/messaging/inbox-row.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { openedRoot } from '#test/support/opened-root.ts';
import { handleRequest } from '#worker/handle-request.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { fromView, readOpen } from '#worker/read-open.ts';
import { readOpenings } from '#worker/read-openings.ts';
import { readBalance, readHead, readNextToRemove } from '#worker/read-state.ts';
import { readBlob } from '#worker/serve-blobs.ts';
import type { WorldContext } from './context.ts';
import { InvariantFailure } from './invariant-failure.ts';
import type { SimulatedValidator } from './network.ts';
import { localPorts, readerOf } from './reader.ts';
import type { Replica } from './replica.ts';

/** Why a world has not come to rest, or nothing. */
export async function isSettled(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
): Promise<string | undefined> {
  const [lost] = context.observer.lost();
  if (lost) return `${lost.hash} was acknowledged, and is nowhere`;
  const forgotten = await forgottenOf(context, validators);
  if (forgotten) return forgotten;
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
  for (const replica of honest(validators)) {
    const ports = readerOf(context, replica);
    await auditMoney(context, ports, replica.name);
    await auditStates(context, ports, replica.name);
    await auditBlobs(context, ports, replica.name);
    if (replica.isBound) await auditOpenings(context, ports, replica.signer);
  }
  await executeAgain(context);
}

function honest(validators: readonly SimulatedValidator[]): readonly Replica[] {
  return validators.flatMap(({ replicas }) => replicas.filter(({ isHonest }) => isHonest));
}

/** A block that a quorum has voted to confirm, and of which nobody made a certificate. */
async function forgottenOf(
  { observer, network }: WorldContext,
  validators: readonly SimulatedValidator[],
): Promise<string | undefined> {
  const quorum = network.network.committee(epoch(0))?.quorum ?? 0n;
  for (const chain of observer.ledger.chains()) {
    const votes = new Map<string, bigint>();
    for (const replica of honest(validators)) {
      const { head } = await replica.peek((store) => store.loadHead(chain));
      const { validate, confirm } = head?.manager ?? {};
      const isNewest =
        confirm && compareRounds(validate?.round ?? confirm.round, confirm.round) <= 0;
      if (!replica.isBound || !head || !isNewest) continue;
      const about = `${confirm.block} in ${roundText(confirm.round)} at ${head.next} of ${chain}`;
      votes.set(about, (votes.get(about) ?? 0n) + 1n);
    }
    for (const [about, count] of votes) if (count >= quorum) return `nobody finishes ${about}`;
  }
  return undefined;
}

async function lagOf(context: WorldContext, ports: WorkerPorts): Promise<string | undefined> {
  const { ledger } = context.observer;
  for (const chain of ledger.chains()) {
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
  for (const origin of context.observer.ledger.chains()) {
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

async function auditMoney(context: WorldContext, ports: WorkerPorts, name: string): Promise<void> {
  const { accounts } = context.observer.ledger.money;
  for (const account of accounts.all()) {
    const found = await readBalance(ports, account);
    const expected = accounts.balanceOf(account);
    if (found !== expected) {
      const where = `${ownerText(account.owner)} on ${account.chain}`;
      throw new InvariantFailure(`${name} has the money: ${found} of ${expected} for ${where}`);
    }
  }
  for (const chain of context.observer.ledger.chains()) {
    const burned = await readOpen(
      ports,
      chain,
      fromView(({ view }) => readBurned(view)),
    );
    const expected = accounts.burnedOn(chain);
    if (burned !== expected) {
      throw new InvariantFailure(`${name} counts fees: ${burned} of ${expected} on ${chain}`);
    }
  }
}

/** All that blocks published is there, and as it was. */
/** The state that is stored, with what waits in the head, is the one that the head names. */
async function auditStates(context: WorldContext, ports: WorkerPorts, name: string): Promise<void> {
  for (const chain of context.observer.ledger.chains()) {
    const root = await openedRoot(ports, chain);
    if (root?.found !== root?.said) {
      throw new InvariantFailure(`${name} opens ${root?.found} as ${root?.said} on ${chain}`);
    }
  }
}

async function auditBlobs(context: WorldContext, ports: WorkerPorts, name: string): Promise<void> {
  for (const id of context.observer.ledger.blobs()) {
    const found = await readBlob(ports, id);
    if (!found.ok || !equalBytes(found.value, context.blobs.get(id) ?? Uint8Array.of(0))) {
      throw new InvariantFailure(`${name} has the blob ${id}`);
    }
  }
}

/** A validator keeps what opens each of its votes, and none of it convicts the validator. */
async function auditOpenings(
  { observer, network }: WorldContext,
  ports: WorkerPorts,
  name: string,
): Promise<void> {
  for (const { signer, vote } of observer.opened()) {
    const { chain, height, value } = vote.payload;
    const commitment = value.kind === 'timeout' ? undefined : value.unlocking?.commitment;
    if (signer !== name || !commitment) continue;
    const [opening] = await readOpenings(ports, chain, { height, commitment });
    const about = `${value.kind} at ${height} of ${chain} by ${name}`;
    if (!opening) throw new InvariantFailure(`the opening of a vote is kept: ${about}`);
    const evidence = { kind: 'invalid-opening', vote, opening } as const;
    const charge = checkEvidence(evidence, network.network.committee);
    if (!charge.ok) continue;
    const verdicts = await ports.verifier.verifyAll(charge.value.opening);
    if (charge.value.opening.length === 0 || verdicts.includes('invalid')) {
      throw new InvariantFailure(`an honest key cannot be convicted of its openings: ${about}`);
    }
  }
}

/** Whoever executes the confirmed blocks, in whatever process, comes to the same states. */
async function executeAgain(context: WorldContext): Promise<void> {
  const { ledger } = context.observer;
  const ports = localPorts(context, memoryChainStore());
  const left = new Map(ledger.chains().map((chain) => [chain, [...ledger.blocksOf(chain)]]));
  // A block may need others: that opened its chain, that published what it verifies.
  for (let isMoving = true; isMoving; ) {
    isMoving = false;
    for (const blocks of left.values()) {
      for (
        let next = blocks[0];
        next && (await executeOne(context, ports, next));
        next = blocks[0]
      ) {
        blocks.shift();
        isMoving = true;
      }
    }
  }
  const [stuck] = [...left.values()].flat();
  if (stuck) throw new InvariantFailure(`a block executes alike again: ${stuck.block.hash} waits`);
}

const mayWait = new Set(['unknown-chain', 'unpublished-blob']);

/** Whether the block was executed; false if it has to wait for another. */
async function executeOne(
  context: WorldContext,
  ports: WorkerPorts,
  { block, certificate }: CertifiedBlock,
): Promise<boolean> {
  const { chain } = block.header;
  const request = { kind: 'confirmed', certificate, body: block } as const;
  let { decided } = await handleRequest(ports, request);
  if (decided.kind === 'refused' && decided.refusal.kind === 'missing-blobs') {
    for (const id of dataBlobsOf(block.proposed)) {
      const bytes = context.blobs.get(id);
      if (bytes) await ports.blobs.fill(chain, { id, bytes });
    }
    ({ decided } = await handleRequest(ports, request));
  }
  if (decided.kind === 'refused' && mayWait.has(decided.refusal.kind)) return false;
  const head = await readHead(ports, chain);
  if (decided.kind === 'refused' || head?.tip !== block.hash) {
    const found = decided.kind === 'refused' ? decided.refusal.kind : head?.tip;
    throw new InvariantFailure(`a block executes alike again: ${block.hash} gives ${found}`);
  }
  if (head.state.root !== block.outcome.state) {
    throw new InvariantFailure(`a state has the root that its block says: ${block.hash}`);
  }
  return true;
}
