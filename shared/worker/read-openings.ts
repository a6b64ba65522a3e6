import {
  commitmentTo,
  type ValidatedCertificate,
  validatedCertificateCodec,
} from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { openingInside } from '#protocol/manager/openings.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { loadBlock } from './load-block.ts';
import type { WorkerPorts } from './ports.ts';

/** Most certificates in one reply; whoever follows them further asks again from the last. */
export const openingsPageMax = 256;

export interface Committed {
  readonly height: BlockHeight;
  readonly commitment: Hash;
}

/**
 * The certificate that a vote at this height commits to, then the one which that was unlocked by,
 * and so on, as far as they are kept here.
 */
export async function readOpenings(
  ports: WorkerPorts,
  chain: ChainId,
  { height, commitment }: Committed,
): Promise<readonly ValidatedCertificate[]> {
  const inside = await insideHeight(ports, chain, height);
  const openings: ValidatedCertificate[] = [];
  let wanted: Hash | undefined = commitment;
  while (wanted !== undefined && openings.length < openingsPageMax) {
    const opening: ValidatedCertificate | undefined =
      inside.get(wanted) ?? (await loadOpening(ports, chain, wanted));
    if (!opening) break;
    openings.push(opening);
    wanted = opening.unlocking?.commitment;
  }
  return openings;
}

/** Those that are no pieces: in the head while the height lasts, then with its block. */
async function insideHeight(
  ports: WorkerPorts,
  chain: ChainId,
  height: BlockHeight,
): Promise<ReadonlyMap<Hash, ValidatedCertificate>> {
  const { head } = await ports.chains.loadHead(chain);
  const held = head?.next === height ? openingInside(head.manager) : undefined;
  const stored = (await loadBlock(ports, chain, height))?.opening;
  return new Map([held, stored].flatMap((one) => (one ? [[commitmentTo(one), one]] : [])));
}

/** Pieces have their commitments as names; anything else of that name opens nothing. */
async function loadOpening(
  { chains }: WorkerPorts,
  chain: ChainId,
  commitment: Hash,
): Promise<ValidatedCertificate | undefined> {
  const bytes = (await chains.loadPieces(chain, [commitment])).get(commitment);
  const decoded = bytes && decode(validatedCertificateCodec, bytes);
  return decoded?.ok ? decoded.value : undefined;
}
