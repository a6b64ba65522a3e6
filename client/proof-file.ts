import type { Verifier } from '#ports/verifier.ts';
import { type Block, blockBodyCodec, blockFrom } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { confirmedCertificateCodec } from '#protocol/block/certificate.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import {
  type ChainDescription,
  chainDescriptionCodec,
  chainIdOf,
} from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { confirmedChecks } from '#protocol/block/check-certificate.ts';
import {
  checkRootChain,
  type Genesis,
  type GenesisHeader,
  genesisHeaderCodec,
  networkIdOf,
  proveRootChain,
  rootDescription,
} from '#protocol/block/genesis.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import { type Committee, committeeFrom } from '#protocol/committee/committee.ts';
import { type Hash, tag } from '#protocol/crypto/hash.ts';
import { itemProofCodec } from '#protocol/crypto/merkle-list.ts';
import { fixedBytes } from '#protocol/encoding/byte-strings.ts';
import { type Decoded, decode, encode } from '#protocol/encoding/codec.ts';
import { u16 } from '#protocol/encoding/integers.ts';
import { vector } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';

/** The first bytes of every proof file. */
const { prefix: mark } = tag('weft/proof-file');
const proofFormat = 1;

/** Most chains of a proof, from the block's own up to its root. */
export const generationsMax = 64;

/** A block that is final, provable from the network's id alone. */
export const proofFileCodec = struct({
  mark: fixedBytes(mark.length),
  format: u16,
  genesis: genesisHeaderCodec,
  /** That the network began with the root. */
  root: itemProofCodec,
  /** Of the chain, of the one that opened it, and so on up to the root. */
  descriptions: vector(chainDescriptionCodec, generationsMax),
  body: blockBodyCodec,
  certificate: confirmedCertificateCodec,
});
type ProofFile = Decoded<typeof proofFileCodec>;

/** Why a file proves nothing. */
export type ProofFileRejection = Rejection<
  'malformed-proof' | 'other-network' | 'unproven-chain' | 'unproven-block' | 'not-supported'
>;

/** What a proof file shows. */
export interface ProvenBlock {
  readonly network: GenesisHeader;
  readonly block: Block;
  readonly certificate: ConfirmedCertificate;
  readonly votes: { readonly weight: bigint; readonly quorum: bigint; readonly total: bigint };
}

/**
 * The proof of a certified block; undefined for a chain of another network, or too far from its
 * root. `children` describes the chain, and those between it and its root; a root needs none.
 */
export function encodeProofFile(
  { header, rootChains }: Genesis,
  { block, certificate }: CertifiedBlock,
  children: readonly ChainDescription[] = [],
): Uint8Array | undefined {
  const network = networkIdOf(header);
  const eldest = children.at(-1);
  const top = eldest ? parentOf(eldest) : block.header.chain;
  if (children.length >= generationsMax) return undefined;
  for (const [index, config] of rootChains.entries()) {
    const root = rootDescription(network, index, { header, config });
    if (chainIdOf(root) !== top) continue;
    const { proposed, outcome } = block;
    return encode(proofFileCodec, {
      mark,
      format: proofFormat,
      genesis: header,
      root: proveRootChain(rootChains, index),
      descriptions: [...children, root],
      body: { proposed, outcome },
      certificate,
    });
  }
  return undefined;
}

/**
 * Whether the file shows that its block is final on the network with this id. Nothing else is
 * asked or believed: each byte of the file is bound by the id, or refused.
 */
export async function verifyProofFile(
  bytes: Uint8Array,
  network: Hash,
  verifier: Verifier,
): Promise<Result<ProvenBlock, ProofFileRejection>> {
  const decoded = decode(proofFileCodec, bytes);
  if (!decoded.ok) return refuse('malformed-proof', decoded.error.found, decoded.error.expected);
  const file = decoded.value;
  if (!equalBytes(file.mark, mark) || file.format !== proofFormat) {
    return refuse('malformed-proof', `format ${file.format}`, `a proof of format ${proofFormat}`);
  }
  const id = networkIdOf(file.genesis);
  if (id !== network) return refuse('other-network', id, network);
  const chain = checkChain(file, network);
  if (!chain.ok) return chain;
  const committee = committeeFrom(file.genesis.committee);
  if (!committee.ok) return refuse('unproven-block', committee.error.found, 'a committee');
  return await checkBlock({ file, chain: chain.value, committee: committee.value }, verifier);
}

/**
 * The chain that the first description names. Each is of a child of the one behind it, and the
 * last of a chain that the network began with, so none of them can be of another network.
 */
function checkChain(
  { genesis, root, descriptions }: ProofFile,
  network: Hash,
): Result<ChainId, ProofFileRejection> {
  const [first] = descriptions;
  const last = descriptions.at(-1);
  if (!first || !last) return refuse('unproven-chain', 'no description', 'at least 1');
  for (const [index, description] of descriptions.slice(0, -1).entries()) {
    const above = chainIdOf(descriptions[index + 1] as ChainDescription);
    const parent = parentOf(description);
    if (parent !== above) return refuse('unproven-chain', parent ?? 'a root chain', above);
  }
  const { config } = last;
  if (!checkRootChain(genesis, config, root)) {
    return refuse('unproven-chain', 'a configuration without proof', genesis.rootChains);
  }
  const expected = chainIdOf(rootDescription(network, root.index, { header: genesis, config }));
  const found = chainIdOf(last);
  if (found !== expected) return refuse('unproven-chain', found, expected);
  return ok(chainIdOf(first));
}

function parentOf({ origin }: ChainDescription): ChainId | undefined {
  return origin.kind === 'child' ? origin.parent : undefined;
}

interface Proving {
  readonly file: ProofFile;
  readonly chain: ChainId;
  readonly committee: Committee;
}

async function checkBlock(
  { file: { genesis, body, certificate }, chain: id, committee }: Proving,
  verifier: Verifier,
): Promise<Result<ProvenBlock, ProofFileRejection>> {
  const block = blockFrom(body.proposed, body.outcome);
  const { version, chain, height, epoch } = block.header;
  if (version !== protocolVersion || epoch !== 0) {
    return refuse('not-supported', `version ${version}, epoch ${epoch}`, 'version 1, epoch 0');
  }
  if (chain !== id) return refuse('unproven-block', `a block of chain ${chain}`, id);
  const about = [certificate.chain, certificate.height, certificate.epoch, certificate.block];
  const wanted = [chain, height, epoch, block.hash];
  if (about.join() !== wanted.join()) {
    return refuse('unproven-block', `a certificate for ${about.join()}`, wanted.join());
  }
  const checks = confirmedChecks(certificate, committee);
  if (!checks.ok) return refuse('unproven-block', checks.error.found, checks.error.expected);
  const verdicts = await verifier.verifyAll(checks.value);
  if (verdicts.length !== checks.value.length || verdicts.some((one) => one !== 'valid')) {
    return refuse('unproven-block', 'an invalid signature', 'valid ones only');
  }
  const weight = certificate.signatures.reduce(
    (sum, { seat }) => sum + (committee.seats[seat]?.weight ?? 0n),
    0n,
  );
  const votes = { weight, quorum: committee.quorum, total: committee.totalVotes };
  return ok({ network: genesis, block, certificate, votes });
}
