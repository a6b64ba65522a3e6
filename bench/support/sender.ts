import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { signProposal } from '#client/block/sign-proposal.ts';
import type { ChainKey } from '#client/genesis.ts';
import { type LocalNode, localNode } from '#client/local-node/local-node.ts';
import type { Signer } from '#ports/signer.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type CollectedCertificate, certificateFrom } from '#protocol/block/collect-votes.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import type { Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { type Vote, voteDigest } from '#protocol/block/vote.ts';
import type { ChainRequest, Confirmed, Decided } from '#protocol/chain/requests.ts';
import type { Committee as Seats } from '#protocol/committee/committee.ts';
import { epoch, timestamp } from '#protocol/primitives/numbers.ts';
import type { Committee, Setting } from './committee.ts';
import type { BenchNetwork } from './network.ts';
import { fixedSignature, trustingVerifier } from './no-signatures.ts';

/** The least that a client of a committee does, and nothing to repair what goes wrong. */
export interface Sender {
  readonly nodes: readonly ValidatorNode[];
  readonly local: LocalNode;
  readonly seats: Seats;
  readonly signers: ReadonlyMap<ChainId, Signer>;
  readonly network: BenchNetwork['network'];
}

export interface Confirmation {
  readonly block: Block;
  readonly certificate: ConfirmedCertificate;
}

export function senderTo(
  committee: Committee,
  { network, senders }: BenchNetwork,
  { signatures }: Pick<Setting, 'signatures'>,
): Sender {
  const seats = network.committee(epoch(0));
  if (seats === undefined) throw new Error('a network has its first committee');
  const isFree = signatures === 'none';
  const signer = ({ seed }: ChainKey) =>
    isFree ? fixedSignature(ed25519Signer(seed)) : ed25519Signer(seed);
  return {
    nodes: committee.nodes,
    seats,
    network,
    signers: new Map(senders.map((one) => [one.chain, signer(one)])),
    local: localNode({
      network,
      store: committee.clientStore,
      verifier: isFree ? trustingVerifier : signatureVerifier({ policy: { kind: 'clients' } }),
      clock: systemClock,
      ours: new Set(senders.map(({ chain }) => chain)),
    }),
  };
}

export interface Draft {
  readonly chain: ChainId;
  readonly round: Round;
  readonly transactions: readonly Transaction[];
  /** The certificate of the block before, where it rides along. */
  readonly previous?: ConfirmedCertificate | undefined;
}

/** Makes a block final: executed and kept here, and certified by a quorum whose votes are checked. */
export async function confirmBlock(sender: Sender, draft: Draft): Promise<Confirmation> {
  const { proposal, block } = await propose(sender, draft);
  const previous: Confirmed | undefined = draft.previous && {
    certificate: draft.previous,
    body: undefined,
  };
  const request = { kind: 'propose', proposal, previous, hints: [] } as const;
  const first = await collect(sender, request);
  const certificate =
    first.kind === 'validated'
      ? await collect(sender, { kind: 'validated', ...lite(first.certificate) })
      : first;
  if (certificate.kind !== 'confirmed') throw new Error(`a ${certificate.kind} certificate`);
  const applied = await sender.local.apply({ block, certificate: certificate.certificate });
  if (!applied.ok) throw new Error(`${applied.error.kind}: ${applied.error.found}`);
  return { block, certificate: certificate.certificate };
}

/** Sends the certificate to all validators, and waits until each has the block. */
export async function settle(
  { nodes }: Sender,
  { certificate }: Pick<Confirmation, 'certificate'>,
): Promise<void> {
  const request = { kind: 'confirmed', ...lite(certificate) } as const;
  const replies = await Promise.all(nodes.map((node) => node.handle(request)));
  for (const { decided } of replies) voteIn(decided);
}

export async function propose(
  { local, network, signers }: Sender,
  { chain, round, transactions }: Draft,
): Promise<{ readonly proposal: BlockProposal; readonly block: Block }> {
  const [head, signer] = [await local.head(chain), signers.get(chain)];
  if (!head || !signer) throw new Error('the chain is one of the network');
  const now = systemClock.now();
  const staged = await local.stage({
    version: protocolVersion,
    chain,
    epoch: epoch(0),
    height: head.next,
    timestamp: timestamp(now > head.timestamp ? now : head.timestamp),
    parent: head.tip,
    signer: ownerOf(signer.publicKey),
    transactions,
  });
  if (!staged.ok) throw new Error(`${staged.error.kind}: ${staged.error.found}`);
  const block = staged.value;
  const retry = { kind: 'none' } as const;
  return { proposal: await signProposal(network.id, signer, { block, round, retry }), block };
}

/** The certificate of a quorum of votes, one a validator. Later ones are waited for, and left. */
async function collect(sender: Sender, request: ChainRequest): Promise<CollectedCertificate> {
  const votes: Vote[] = [];
  let wanted = sender.seats.quorum;
  await Promise.all(
    sender.nodes.map(async (node) => {
      const { decided } = await node.handle(request);
      const vote = voteIn(decided);
      if (wanted === 0n || vote === undefined) return;
      wanted--;
      await check(sender, vote);
      votes.push(vote);
    }),
  );
  const collected = certificateFrom(votes, sender.seats);
  if (collected === undefined) throw new Error('the votes are no quorum');
  return collected;
}

async function check({ local }: Sender, { payload, publicKey, signature }: Vote): Promise<void> {
  const message = voteDigest(payload);
  const [verdict] = await local.ports.verifier.verifyAll([{ publicKey, message, signature }]);
  if (verdict !== 'valid') throw new Error(`a vote is ${verdict}`);
}

function voteIn(decided: Decided): Vote | undefined {
  if (decided.kind === 'accepted') return decided.vote;
  const { kind, found, expected } = decided.refusal;
  throw new Error(`${kind}: ${found}, expected ${expected}`);
}

function lite<C>(certificate: C): { readonly certificate: C; readonly body: undefined } {
  return { certificate, body: undefined };
}
