import { isDeepStrictEqual } from 'node:util';
import type { BlobStore } from '#ports/blob-store.ts';
import type { ChainStore, SaveResult } from '#ports/chain-store.ts';
import type { NodeStore } from '#ports/node-store.ts';
import { StoreFault } from '#ports/store-fault.ts';

const triesMax = 10;

/** A store whose faults are met as the worker meets them: what is recorded tells what was done. */
export function persistentStore(store: NodeStore): NodeStore {
  const blobs = persistent<BlobStore>(store.blobs);
  return { ...persistent<ChainStore>(store), save: savingTo(store), blobs };
}

/** The same methods, each of which is called again after a fault. */
export function persistent<Methods extends object>(methods: Methods): Methods {
  const entries = Object.entries(methods).map(([name, method]) => [
    name,
    typeof method === 'function' ? (...args: unknown[]) => again(() => method(...args)) : method,
  ]);
  return Object.fromEntries(entries);
}

async function again<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreFault) || tries === triesMax) throw error;
    }
  }
}

/** After a fault the head may be there already, or come later and make the next try conflict. */
function savingTo(store: NodeStore): ChainStore['save'] {
  return async (chain, base, write) => {
    let isUnsure = false;
    const isSaved = async () => {
      const { head } = await again(() => store.loadHead(chain));
      return write.head !== undefined && isDeepStrictEqual(head, write.head);
    };
    return await again(async (): Promise<SaveResult> => {
      if (isUnsure && (await isSaved())) return { kind: 'saved' };
      try {
        const result = await store.save(chain, base, write);
        const isOurs = result.kind === 'conflict' && isUnsure && (await isSaved());
        return isOurs ? { kind: 'saved' } : result;
      } catch (error) {
        isUnsure = true;
        throw error;
      }
    });
  };
}
