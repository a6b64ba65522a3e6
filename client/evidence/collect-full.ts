import {
  type ConfirmedCertificate,
  commitmentTo,
  openingsMax,
  type ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainDescription } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { fullCertificate, isComplete, openedBy } from '#protocol/block/full-certificate.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import type { ClientRejection } from '../rejection.ts';
import { learnChain } from '../sync/apply-block.ts';
import { firstAnswer } from '../sync/first-answer.ts';
import { encodeFullCertificate, lineageMax } from './full-certificate-file.ts';

/** A block's certificate in full, as a file: what it commits to is asked of whoever voted. */
export async function collectFull(
  context: ClientContext,
  { certificate }: CertifiedBlock,
): Promise<Result<Uint8Array, ClientRejection>> {
  const lineage = await lineageOf(context, certificate.chain);
  if (!lineage.ok) return lineage;
  const openings = await collectOpenings(context, certificate);
  const committee = context.network.committee(certificate.epoch);
  if (!committee) return refuse('unknown-epoch', `${certificate.epoch}`, 'an epoch in force');
  if (!isComplete(certificate, openings, committee)) {
    const found = `${openings.size} openings, and some that no validator gave`;
    return refuse('openings-missing', found, 'all that one vote was released by');
  }
  return ok(encodeFullCertificate(lineage.value, fullCertificate(certificate, openings)));
}

async function lineageOf(
  context: ClientContext,
  chain: ChainId,
): Promise<Result<readonly ChainDescription[], ClientRejection>> {
  const lineage: ChainDescription[] = [];
  let above: ChainId | undefined = chain;
  while (above !== undefined) {
    const described: Result<ChainDescription, ClientRejection> = await learnChain(context, above);
    if (!described.ok) return described;
    lineage.push(described.value);
    if (lineage.length > lineageMax) {
      return refuse('not-supported', `a chain below ${lineageMax} others`, 'one nearer to a root');
    }
    const { origin } = described.value;
    above = origin.kind === 'child' ? origin.parent : undefined;
  }
  return ok(lineage);
}

async function collectOpenings(
  context: ClientContext,
  certificate: ConfirmedCertificate,
): Promise<ReadonlyMap<Hash, ValidatedCertificate>> {
  const openings = new Map<Hash, ValidatedCertificate>();
  const absent = new Set<Hash>();
  while (openings.size < openingsMax) {
    const lacking = openedBy(certificate, openings).lacking.filter((one) => !absent.has(one));
    if (lacking.length === 0) break;
    await Promise.all(
      lacking.map(async (commitment) => {
        const found = await askOpenings(context, certificate, commitment);
        if (!found) absent.add(commitment);
        for (const [name, opening] of found ?? []) openings.set(name, opening);
      }),
    );
  }
  return openings;
}

/** What opens a commitment, and what lies below, from whoever has the first of it. */
async function askOpenings(
  { members, clock, background }: ClientContext,
  { chain, height }: ConfirmedCertificate,
  commitment: Hash,
): Promise<ReadonlyMap<Hash, ValidatedCertificate> | undefined> {
  return await firstAnswer({
    members,
    clock,
    background,
    ask: async (member, isWanted) => {
      const answer = await member.ask((node) => node.openings(chain, height, commitment), isWanted);
      const found = answer.ok ? openingsFrom(commitment, answer.value) : undefined;
      return found && found.size > 0 ? found : undefined;
    },
  });
}

/** Those that do open what they are said to open. */
function openingsFrom(
  commitment: Hash,
  told: readonly ValidatedCertificate[],
): ReadonlyMap<Hash, ValidatedCertificate> {
  const found = new Map<Hash, ValidatedCertificate>();
  let wanted: Hash | undefined = commitment;
  for (const opening of told) {
    if (wanted === undefined || commitmentTo(opening) !== wanted) break;
    found.set(wanted, opening);
    wanted = opening.unlocking?.commitment;
  }
  return found;
}
