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
import { struct } from '#protocol/encoding/struct.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';

/** The first bytes of every proof file. */
const { prefix: mark } = tag('weft/proof-file');
const proofFormat = 1;

/** A block that is final, provable from the network's id alone. */
export const proofFileCodec = struct({
  mark: fixedBytes(mark.length),
  format: u16,
  genesis: genesisHeaderCodec,
  /** That the network began with the chain. */
  root: itemProofCodec,
  description: chainDescriptionCodec,
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

/** The proof of a certified block of a root chain; undefined for a chain of another network. */
export function encodeProofFile(
  { header, rootChains }: Genesis,
  { block, certificate }: CertifiedBlock,
): Uint8Array | undefined {
  const network = networkIdOf(header);
  for (const [index, config] of rootChains.entries()) {
    const description = rootDescription(network, index, { header, config });
    if (chainIdOf(description) !== block.header.chain) continue;
    const { proposed, outcome } = block;
    return encode(proofFileCodec, {
      mark,
      format: proofFormat,
      genesis: header,
      root: proveRootChain(rootChains, index),
      description,
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
  return await checkBlock(file, committee.value, verifier);
}

/** The chain is one that the network began with, and everything said of it follows from that. */
function checkChain(
  { genesis, root, description }: ProofFile,
  network: Hash,
): Result<undefined, ProofFileRejection> {
  const { origin, config } = description;
  if (origin.kind !== 'root') return refuse('not-supported', 'a child chain', 'a root chain');
  if (!checkRootChain(genesis, config, root)) {
    return refuse('unproven-chain', 'a configuration without proof', genesis.rootChains);
  }
  const expected: ChainDescription = rootDescription(network, root.index, {
    header: genesis,
    config,
  });
  if (chainIdOf(description) !== chainIdOf(expected)) {
    return refuse('unproven-chain', chainIdOf(description), chainIdOf(expected));
  }
  return ok(undefined);
}

async function checkBlock(
  { genesis, description, body, certificate }: ProofFile,
  committee: Committee,
  verifier: Verifier,
): Promise<Result<ProvenBlock, ProofFileRejection>> {
  const block = blockFrom(body.proposed, body.outcome);
  const { version, chain, height, epoch } = block.header;
  if (version !== protocolVersion || epoch !== 0) {
    return refuse('not-supported', `version ${version}, epoch ${epoch}`, 'version 1, epoch 0');
  }
  const id = chainIdOf(description);
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
