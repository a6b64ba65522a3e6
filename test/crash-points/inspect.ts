import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import { owedSlots } from '#ports/chain-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { storedBlockFromBytes } from '#protocol/block/stored-block.ts';
import { type ChainHead, chainHeadCodec } from '#protocol/chain/head.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import { envelopeFrom, isRowTaken } from '#protocol/messaging/inbox-row.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { readInfo } from '#worker/read-chain.ts';
import { fromView, readOpen } from '#worker/read-open.ts';
import { readNextToRemove } from '#worker/read-state.ts';
import { isOwed } from '#worker/write-of.ts';
import type { Script } from './script.ts';

/** Somebody who looks at what a crash left, and whom no fault touches. */
export interface Inspector {
  /** What is half-written, or refers to what is not there. */
  tears(): Promise<readonly string[]>;
  /** Envelopes of confirmed blocks that are neither waiting nor taken. */
  undelivered(): Promise<readonly string[]>;
  /** Everything that has a meaning, as text: two stores with equal texts serve alike. */
  contents(): Promise<readonly string[]>;
}

/** A head as text, but for what the sweeper alone changes. */
export function headText(head: ChainHead): string {
  return hexFromBytes(encode(chainHeadCodec, { ...head, owedFrom: undefined }));
}

export function inspectorOf(script: Script, store: MemoryChainStore): Inspector {
  const from = store.snapshot();
  const copy = memoryChainStore({ from });
  const [reader] = script.committee.validators;
  if (!reader) throw new Error('a committee has validators');
  const ports: WorkerPorts = {
    ...reader.ports,
    chains: copy,
    blobs: copy.blobs,
    signer: undefined,
  };
  const known = [...from.chains.keys()].sort();

  async function heads(): Promise<readonly ChainHead[]> {
    const all = await Promise.all(known.map((chain) => copy.loadHead(chain)));
    return all.flatMap(({ head }) => (head ? [head] : []));
  }

  async function marked(): Promise<ReadonlySet<ChainId>> {
    const slots = Array.from({ length: owedSlots }, (_, slot) =>
      copy.listOwed(slot, undefined, 99),
    );
    const pages = await Promise.all(slots);
    return new Set(pages.flatMap(({ items }) => items.map(({ chain }) => chain)));
  }

  return {
    async tears() {
      const marks = await marked();
      const found: string[] = [];
      for (const head of await heads()) {
        const { chain } = head;
        if (isOwed(head) && !marks.has(chain)) found.push(`${chain} owes, and no mark says so`);
        found.push(...(await tornState(ports, head)), ...(await tornBlocks(copy, head)));
        const info = await readInfo(ports, chain, { ownership: true, pending: true }).catch(
          (error: unknown) => found.push(`${chain} cannot be read: ${error}`),
        );
        if (typeof info === 'object' && !info.ok) found.push(`${chain}: ${info.error.kind}`);
      }
      return found;
    },
    async undelivered() {
      const found: string[] = [];
      for (const { chain, next } of await heads()) {
        for (let height = 0n; height < next; height++) {
          found.push(...(await undeliveredOf(ports, chain, blockHeight(height))));
        }
      }
      return found;
    },
    async contents() {
      const marks = await marked();
      const lines = [...marks].sort().map((chain) => `mark of ${chain}`);
      for (const head of await heads()) lines.push(`head of ${head.chain}: ${headText(head)}`);
      for (const chain of known) {
        for (const [height, bytes] of from.chains.get(chain)?.blocks ?? []) {
          lines.push(`block ${height} of ${chain}: ${hexFromBytes(bytes)}`);
        }
        lines.push(...(await waitingRows(ports, chain)));
      }
      for (const id of [...from.blobs.states.keys()].sort()) lines.push(`published ${id}`);
      return lines.sort();
    },
  };
}

/** A state that cannot be read to its end, or is another than the head says. */
async function tornState(ports: WorkerPorts, { chain, state }: ChainHead): Promise<string[]> {
  const whole = fromView(({ view }) => {
    for (const _ of view.scan(new Uint8Array()));
    return view.commit()?.root;
  });
  const root = await readOpen(ports, chain, whole).catch((error: unknown) => `${error}`);
  return root === state.root ? [] : [`${chain} has the state ${root}, and says ${state.root}`];
}

/** Blocks below the tip that are not there, and a tip that is another. */
async function tornBlocks(
  store: MemoryChainStore,
  { chain, next, tip }: ChainHead,
): Promise<string[]> {
  const heights = Array.from({ length: Number(next) }, (_, at) => blockHeight(BigInt(at)));
  const blocks = await store.loadBlocks(chain, heights);
  const missing = heights.filter((height) => !blocks.has(height));
  const last = next > 0n ? blocks.get(blockHeight(next - 1n)) : undefined;
  const decoded = last && storedBlockFromBytes(last);
  const isTip = tip === (decoded?.ok ? decoded.value.block.hash : undefined);
  return [
    ...missing.map((height) => `${chain} lacks its block ${height}`),
    ...(isTip ? [] : [`${chain} has another tip than its head says`]),
  ];
}

async function undeliveredOf(
  ports: WorkerPorts,
  chain: ChainId,
  height: BlockHeight,
): Promise<string[]> {
  const bytes = (await ports.chains.loadBlocks(chain, [height])).get(height);
  const stored = bytes && storedBlockFromBytes(bytes);
  if (!stored?.ok) return [];
  const { block } = stored.value;
  const found: string[] = [];
  for (const recipient of recipientsOf(block)) {
    const envelope = envelopeFrom(block, recipient, block.header.timestamp);
    const [row] = await ports.chains.loadRows(recipient, [envelope]);
    if (row?.block === block.hash) continue;
    const next = await readNextToRemove(ports, recipient, chain);
    if (!isRowTaken(envelope, next)) found.push(`${recipient} lacks ${chain}@${height}`);
  }
  return found;
}

/** Rows that are not taken. */
async function waitingRows(ports: WorkerPorts, recipient: ChainId): Promise<string[]> {
  const { items } = await ports.chains.listRows(recipient, undefined, 1_000);
  const lines: string[] = [];
  for (const row of items) {
    const next = await readNextToRemove(ports, recipient, row.origin);
    if (isRowTaken(row, next)) continue;
    const state = row.arrival ? 'arrived' : 'anticipated';
    lines.push(`${state} at ${recipient}: ${row.origin}@${row.height} ${row.block}`);
  }
  return lines;
}
