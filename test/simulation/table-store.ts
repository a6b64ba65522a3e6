import type { MemoryChainStore } from '#adapters/memory/chain-store.ts';
import {
  type ChainWrite,
  emptyWrite,
  type SaveResult,
  type StoredBlock,
  type Version,
} from '#ports/chain-store.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { SendRequest } from './store-requests.ts';

export interface TableStoreOptions {
  readonly store: MemoryChainStore;
  readonly send: SendRequest;
  /** A head has just been replaced; nobody knows it yet. */
  saved(chain: ChainId): Promise<void>;
}

type Save = (chain: ChainId, base: Version, write: ChainWrite) => Promise<SaveResult>;

/**
 * A store as it is in DynamoDB: each item is a request of its own. All but the head are put side by
 * side, in whatever order they arrive, and then the head.
 */
export function tableStore({ store, send, saved }: TableStoreOptions): NodeStore {
  const read = <T>(what: string, carryOut: () => Promise<T>) =>
    send({ label: `read ${what}`, kind: 'read', carryOut });
  const write = <T>(what: string, carryOut: () => Promise<T>) =>
    send({ label: `write ${what}`, kind: 'write', carryOut });

  const save: Save = async (chain, base, { head, ...items }) => {
    const results = await allOf(putsOf(chain, base, items));
    const others = results.flatMap((one) => (one.kind === 'row-mismatch' ? one.stored : []));
    if (others.length > 0) return { kind: 'row-mismatch', stored: others };
    if (head === undefined) return { kind: 'saved' };
    return await send({
      label: 'write head',
      kind: 'commit',
      async carryOut() {
        const result = await store.save(chain, base, { ...emptyWrite, head });
        if (result.kind === 'saved') await saved(chain);
        return result;
      },
    });
  };

  function putsOf(
    chain: ChainId,
    base: Version,
    { pieces, nodes, blocks, rows, owed }: Omit<ChainWrite, 'head'>,
  ): Promise<SaveResult>[] {
    const put = (what: string, part: Partial<ChainWrite>) =>
      write(what, () => store.save(chain, base, { ...emptyWrite, ...part }));
    return [
      ...pieces.map((piece) => put('piece', { pieces: [piece] })),
      ...nodes.map((node) => put('node', { nodes: [node] })),
      ...blocks.map((block) => putBlock(chain, block)),
      ...rows.map((row) => put('row', { rows: [row] })),
      ...(owed ? [put('owed', { owed })] : []),
    ];
  }

  /** What an earlier block of the height may lack is put behind the block itself. */
  async function putBlock(chain: ChainId, block: StoredBlock): Promise<SaveResult> {
    const isThere = await write('block', async () => {
      const before = await store.loadBlocks(chain, [block.height]);
      await store.save(chain, 0, { ...emptyWrite, blocks: [{ ...block, otherwise: [] }] });
      return before.has(block.height);
    });
    const pieces = isThere ? block.otherwise : [];
    const puts = pieces.map((piece) =>
      write('piece', () => store.save(chain, 0, { ...emptyWrite, pieces: [piece] })),
    );
    await allOf(puts);
    return { kind: 'saved' };
  }

  return {
    save,
    loadHead: (chain) => read('head', () => store.loadHead(chain)),
    loadPieces: (chain, hashes) => read('pieces', () => store.loadPieces(chain, hashes)),
    loadBlocks: (chain, heights) => read('blocks', () => store.loadBlocks(chain, heights)),
    loadRows: (recipient, keys) => read('rows', () => store.loadRows(recipient, keys)),
    listRows: (...asked) => read('inbox', () => store.listRows(...asked)),
    async deleteRows(recipient, keys) {
      await allOf(keys.map((key) => write('no row', () => store.deleteRows(recipient, [key]))));
    },
    listOwed: (...asked) => read('owed', () => store.listOwed(...asked)),
    raiseOwed: (chain, from) => write('owed', () => store.raiseOwed(chain, from)),
    clearOwed: (chain, atMost) => write('no owed', () => store.clearOwed(chain, atMost)),
    blobs: blobTable(store.blobs, { read, write }),
  };
}

type Carry = <T>(what: string, carryOut: () => Promise<T>) => Promise<T>;

function blobTable(
  blobs: NodeStore['blobs'],
  { read, write }: { readonly read: Carry; readonly write: Carry },
): NodeStore['blobs'] {
  return {
    load: (ids) => read('blobs', () => blobs.load(ids)),
    sizes: (ids) => read('blob sizes', () => blobs.sizes(ids)),
    states: (ids) => read('blob states', () => blobs.states(ids)),
    loadHeld: (chain, id) => read('held blob', () => blobs.loadHeld(chain, id)),
    async publish(states, contents) {
      await allOf(contents.map((one) => write('blob', () => blobs.publish([], [one]))));
      await allOf(states.map((one) => write('blob state', () => blobs.publish([one], []))));
    },
    openSlot: (slot) => write('slot', () => blobs.openSlot(slot)),
    fill: (chain, content) => write('blob', () => blobs.fill(chain, content)),
    hold: (...held) => write('held blobs', () => blobs.hold(...held)),
    closeSlots: (chain, height) => write('no slots', () => blobs.closeSlots(chain, height)),
  };
}

/** Waits for all of them, whatever becomes of any. */
async function allOf<T>(sent: readonly Promise<T>[]): Promise<readonly T[]> {
  if (sent.length === 0) return [];
  const settled = await Promise.allSettled(sent);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
