import type { BlockBody } from '#protocol/block/block.ts';
import { commitmentTo, type ValidatedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { type Hash, hashFromBytes } from '#protocol/crypto/hash.ts';
import type { Signature } from '#protocol/crypto/signature.ts';
import { type BlockHeight, blockHeight, timestamp } from '#protocol/primitives/numbers.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';

export interface ForgeryTools {
  readonly random: Random;
  readonly traffic: Traffic;
  readonly chains: readonly ChainId[];
}

type Request<Kind extends ChainRequest['kind']> = Extract<ChainRequest, { readonly kind: Kind }>;

/** Something that nobody said, made of what somebody did; or just the same once more. */
export function forge(tools: ForgeryTools, request: ChainRequest): ChainRequest {
  if (tools.random.chance(0.2)) return request;
  switch (request.kind) {
    case 'propose':
      return { ...request, proposal: forgeProposal(tools, request.proposal) };
    case 'validated':
      return tools.random.chance(0.15)
        ? takenForConfirmed(request)
        : { ...request, ...forgeCertified(tools, request) };
    case 'confirmed':
      return { ...request, ...forgeCertified(tools, request) };
    case 'timeout':
      return { ...request, certificate: forgeSigned(tools, request.certificate) };
    case 'request-timeout':
      return forgePlace(tools, { ...request, signature: tampered(tools, request.signature, 0.3) });
    case 'confirmed-run':
      return request;
  }
}

function forgeProposal(tools: ForgeryTools, proposal: BlockProposal): BlockProposal {
  const { random, traffic } = tools;
  const { block, retry } = proposal;
  const other = traffic.requests().find((one) => one.kind === 'propose' && random.chance(0.1));
  switch (random.below(8)) {
    case 0:
      return { ...proposal, signature: tampered(tools, proposal.signature, 1) };
    case 1:
      return { ...proposal, round: otherRound(random) };
    case 2:
      return { ...proposal, outcome: someHash(random) };
    case 3:
      return { ...proposal, block: { ...block, timestamp: timestamp(block.timestamp + 1n) } };
    case 4:
      return other?.kind === 'propose' ? { ...other.proposal, block } : proposal;
    case 5:
      return { ...proposal, retry: { kind: 'none' } };
    case 6: {
      if (retry.kind !== 'validated') return proposal;
      const certificate = forgeSigned(tools, retry.certificate);
      return { ...proposal, retry: { ...retry, certificate } };
    }
    default: {
      const found = traffic.elsewhere();
      return found.length > 0 ? random.pick(found) : proposal;
    }
  }
}

/** A certificate that is none, or another block in the place of its own. */
function forgeCertified<T extends Signed>(
  tools: ForgeryTools,
  { certificate, body }: { readonly certificate: T; readonly body: BlockBody | undefined },
): { readonly certificate: T; readonly body: BlockBody | undefined } {
  const { random, traffic } = tools;
  if (!random.chance(0.1)) return { certificate: forgeSigned(tools, certificate), body };
  const bodies = traffic
    .requests()
    .flatMap((one) =>
      (one.kind === 'confirmed' || one.kind === 'validated') && one.body ? [one.body] : [],
    );
  return { certificate, body: bodies.length > 0 ? random.pick(bodies) : body };
}

interface Placed {
  readonly chain: ChainId;
  readonly height: BlockHeight;
  readonly round: Round;
}

interface Signed extends Placed {
  readonly block?: Hash;
  readonly signatures: readonly { readonly seat: number; readonly signature: Signature }[];
}

function forgeSigned<T extends Signed>(tools: ForgeryTools, certificate: T): T {
  const { random } = tools;
  const { signatures } = certificate;
  const which = random.below(signatures.length);
  const less = signatures.filter((_, index) => index !== which);
  switch (random.below(6)) {
    case 0:
      return { ...certificate, signatures: less };
    case 1:
      return { ...certificate, signatures: [...less.slice(0, 1), ...less] };
    case 2: {
      const odd = signatures.map((one, index) =>
        index === which ? { ...one, signature: tampered(tools, one.signature, 1) } : one,
      );
      return { ...certificate, signatures: odd };
    }
    case 3:
      return certificate.block === undefined
        ? { ...certificate, signatures: less }
        : { ...certificate, block: someHash(random) };
    case 4: {
      const seats = signatures.map((one, index) => ({
        ...one,
        seat: one.seat + (index === 0 ? 0 : 1),
      }));
      return { ...certificate, signatures: seats };
    }
    default:
      return forgePlace(tools, certificate);
  }
}

function forgePlace<T extends Placed>({ random, chains }: ForgeryTools, placed: T): T {
  switch (random.below(3)) {
    case 0:
      return { ...placed, height: blockHeight(placed.height + 1n) };
    case 1:
      return { ...placed, round: otherRound(random) };
    default:
      return { ...placed, chain: random.pick(chains) };
  }
}

/** Votes to validate in the place of votes to confirm. */
function takenForConfirmed({ certificate, body }: Request<'validated'>): ChainRequest {
  const { signatures, unlocking: _, ...subject } = certificate satisfies ValidatedCertificate;
  const opened = signatures.map((one) => ({ ...one, opening: 0 }));
  const commitments = [commitmentTo(certificate)];
  return { kind: 'confirmed', certificate: { ...subject, commitments, signatures: opened }, body };
}

function otherRound(random: Random): Round {
  const number = random.below(4);
  return random.pick<Round>([
    multiLeader(number),
    { kind: 'single-leader', number },
    { kind: 'fast' },
  ]);
}

function tampered({ random }: ForgeryTools, signature: Signature, share: number): Signature {
  if (!random.chance(share)) return signature;
  const bytes = signature.bytes.slice();
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { ...signature, bytes };
}

function someHash(random: Random): Hash {
  return hashFromBytes(random.bytes(32));
}
