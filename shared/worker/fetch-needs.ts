import { StoreFault } from '#ports/store-fault.ts';
import { type BlobId, blobIdOf } from '#protocol/block/blob.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Given, Needs } from '#protocol/chain/decision.ts';
import { blockKeyText } from '#protocol/chain/decision.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { SignatureCheck, Verdict } from '#protocol/crypto/signature.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { rowKeyText } from '#protocol/messaging/inbox-row.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { allDone } from './all-done.ts';
import { blockFromStored } from './load-block.ts';
import { memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';
import { verifyAll } from './verify.ts';

/** How often one decision or reader may ask for more; a state is at most so many nodes deep. */
export const wavesMax = 600;
/** Most nodes fetched on a proposer's advice. */
const hintsMax = 16;

/** What has been fetched for a decision so far. */
export interface Fetched {
  readonly pieces: Map<Hash, Uint8Array | undefined>;
  readonly rows: Map<string, InboxRow | undefined>;
  readonly blocks: Map<string, CertifiedBlock | undefined>;
  readonly blobSizes: Map<BlobId, number | undefined>;
  readonly published: Map<BlobId, boolean>;
  /** Signatures already checked for this request: they do not change when a head does. */
  readonly verdicts: Map<SignatureCheck['signature'], Verdict>;
}

export function nothingFetched(): Fetched {
  return {
    pieces: new Map(),
    rows: new Map(),
    blocks: new Map(),
    blobSizes: new Map(),
    published: new Map(),
    verdicts: new Map(),
  };
}

/** What a decision may look at: `verdicts` are those for the checks that it asked for. */
export function givenFrom(
  ports: WorkerPorts,
  fetched: Fetched,
  verdicts: readonly Verdict[] | undefined,
): Given {
  const { executed } = memoryOf(ports);
  return { ...fetched, verdicts, executed: (block) => executed.get(block) };
}

interface Fetching {
  readonly needs: Needs;
  readonly fetched: Fetched;
  readonly hints?: readonly Hash[];
}

/** Fetches all that a decision lacks, in one wave. */
export async function fetchNeeds(
  ports: WorkerPorts,
  chain: ChainId,
  { needs, fetched, hints = [] }: Fetching,
): Promise<void> {
  const { pieces, rows, blocks, blobSizes, published, signatures } = needs;
  const under: Promise<unknown>[] = [];
  if (pieces.length > 0) {
    under.push(fetchPieces(ports, chain, { hashes: pieces, into: fetched.pieces }));
  }
  if (rows.length > 0) under.push(fetchRows(ports, chain, { keys: rows, into: fetched.rows }));
  if (blobSizes.length > 0) under.push(fetchSizes(ports, blobSizes, fetched.blobSizes));
  if (published.length > 0) under.push(fetchPublished(ports, published, fetched.published));
  const checking = checkSignatures(ports, signatures, fetched.verdicts);
  if (signatures.length > 0) under.push(checking);
  const isHinted = signatures.length > 0 && hints.length > 0;
  if (isHinted) under.push(fetchHinted(ports, chain, { hints, checking, into: fetched.pieces }));
  if (blocks.length > 0) under.push(fetchSigned(ports, blocks, { checking, into: fetched.blocks }));
  await allDone(under);
}

/** Whether all are valid. */
async function checkSignatures(
  ports: WorkerPorts,
  checks: Needs['signatures'],
  into: Fetched['verdicts'],
): Promise<boolean> {
  if (checks.length === 0) return true;
  const verdicts = await verifyAll(ports, checks);
  for (const { signature } of checks) into.delete(signature);
  checks.forEach(({ signature }, index) => {
    // Within one process one object may stand for two claims: each of them must hold.
    const other = into.get(signature) ?? 'valid';
    into.set(signature, other === 'valid' ? (verdicts[index] ?? 'undecided') : other);
  });
  return verdicts.every((verdict) => verdict === 'valid');
}

interface Hinted {
  readonly hints: readonly Hash[];
  readonly checking: Promise<boolean>;
  readonly into: Fetched['pieces'];
}

/** What is not there costs a read as well, so that few are looked for, and for those who signed. */
async function fetchHinted(
  { chains }: WorkerPorts,
  chain: ChainId,
  { hints, checking, into }: Hinted,
): Promise<void> {
  if (!(await checking)) return;
  try {
    const found = await chains.loadPieces(chain, hints.slice(0, hintsMax));
    for (const [hash, bytes] of found) into.set(hash, bytes);
  } catch (error) {
    // Advice only: the decision asks for what it lacks.
    if (!(error instanceof StoreFault)) throw error;
  }
}

interface Signed {
  readonly checking: Promise<boolean>;
  readonly into: Fetched['blocks'];
}

/** Blocks are large: they are read for those who signed, which costs these no wave. */
async function fetchSigned(
  ports: WorkerPorts,
  keys: Needs['blocks'],
  { checking, into }: Signed,
): Promise<void> {
  if (await checking) await fetchBlocks(ports, keys, into);
}

async function fetchPieces(
  { chains }: WorkerPorts,
  chain: ChainId,
  { hashes, into }: { readonly hashes: readonly Hash[]; readonly into: Fetched['pieces'] },
): Promise<void> {
  const found = await chains.loadPieces(chain, hashes);
  for (const hash of hashes) {
    const bytes = found.get(hash);
    // The head refers to it, so it was written: what is gone may be there on the next try.
    if (!bytes) throw new StoreFault(`chain ${chain} lacks the piece ${hash}`);
    into.set(hash, bytes);
  }
}

async function fetchRows(
  { chains }: WorkerPorts,
  chain: ChainId,
  { keys, into }: { readonly keys: Needs['rows']; readonly into: Fetched['rows'] },
): Promise<void> {
  const found = new Map((await chains.loadRows(chain, keys)).map((row) => [rowKeyText(row), row]));
  for (const key of keys) into.set(rowKeyText(key), found.get(rowKeyText(key)));
}

async function fetchSizes(
  { blobs }: WorkerPorts,
  ids: Needs['blobSizes'],
  into: Fetched['blobSizes'],
): Promise<void> {
  const found = await blobs.sizes(ids);
  const published = [...(await blobs.states(ids)).keys()];
  const contents = await blobs.load(published);
  for (const id of ids) {
    const bytes = contents.get(id);
    // What was published may be no data: nobody could send it to those that lack it.
    const isData = bytes === undefined || blobIdOf({ kind: 'data' }, bytes) === id;
    into.set(id, isData ? found.get(id) : undefined);
  }
}

async function fetchPublished(
  { blobs }: WorkerPorts,
  ids: Needs['published'],
  into: Fetched['published'],
): Promise<void> {
  const found = await blobs.states(ids);
  for (const id of ids) into.set(id, found.has(id));
}

async function fetchBlocks(
  { chains }: WorkerPorts,
  keys: Needs['blocks'],
  into: Fetched['blocks'],
): Promise<void> {
  const byChain = new Map<ChainId, BlockHeight[]>();
  for (const { chain, height } of keys) {
    byChain.set(chain, [...(byChain.get(chain) ?? []), height]);
  }
  await allDone(
    [...byChain].map(async ([chain, heights]) => {
      const found = await chains.loadBlocks(chain, heights);
      for (const height of heights) {
        const bytes = found.get(height);
        into.set(blockKeyText({ chain, height }), bytes && blockFromStored(bytes));
      }
    }),
  );
}
