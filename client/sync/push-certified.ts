import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { dataBlobsOf } from '#protocol/block/published.ts';
import type { ChainRequest, Refusal } from '#protocol/chain/requests.ts';
import type { LocalNode } from '../local-node/local-node.ts';
import type { Member } from './members.ts';

/** Sends a member a certified block, and the blobs that it lacks for it; why it is not taken. */
export async function pushCertified(
  local: LocalNode,
  member: Member,
  { block, certificate }: CertifiedBlock,
): Promise<Refusal | undefined> {
  const body = { proposed: block.proposed, outcome: block.outcome };
  const request: ChainRequest = { kind: 'confirmed', certificate, body };
  const refusal = await refusalOf(member, request);
  if (refusal?.kind !== 'missing-blobs') return refusal;
  const { chain } = block.header;
  // Only what the block itself publishes, whatever the member says that it lacks.
  const blobs = await local.ports.blobs.load(dataBlobsOf(block.proposed));
  for (const bytes of blobs.values()) {
    await member.ask((node) => node.uploadBlob(chain, bytes));
  }
  return await refusalOf(member, request);
}

async function refusalOf(member: Member, request: ChainRequest): Promise<Refusal | undefined> {
  const { decided } = await member.ask((node) => node.handle(request));
  return decided.kind === 'refused' ? decided.refusal : undefined;
}
