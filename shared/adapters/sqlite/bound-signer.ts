import { randomUUID } from 'node:crypto';
import type { BoundSigner, Signer } from '#ports/signer.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { type KeyRecord, openKeyRecord } from './key-record.ts';
import type { StoreRun } from './store-run.ts';

export interface BoundSignerOptions {
  readonly keyPath: string;
  /** Of the open store that this key signs over. */
  readonly run: StoreRun;
  readonly signerFromSeed: (seed: Uint8Array) => Signer;
  /**
   * Makes a key where there is none; left out, a missing key is a fault. Where seeds fix keys, a
   * key that comes back after its store is gone would sign twice: such keys come from `createKey`.
   */
  readonly newSeed?: () => Uint8Array;
  /** How long a commit of the store may be unknown to the key. */
  readonly recordEveryMs?: number;
}

export interface OpenBoundSigner extends BoundSigner {
  /** Records how far the store has come, and gives the key's file free; before the store closes. */
  close(): Promise<void>;
}

const defaultRecordEveryMs = 1_000;

/**
 * Opens a key and binds it to the store's new run, if this is the store that it was bound to. A
 * copied, restored or recreated store leaves it unbound: then it never signs, and all else works.
 * A key that was never bound binds to a store to which no key ever was.
 *
 * @throws FileInUseFault if another process signs with this key.
 * @throws NoKeyFault if there is no key, and no way to make one.
 * @throws StoreFault if the key cannot be read.
 */
export function openBoundSigner(options: BoundSignerOptions): OpenBoundSigner {
  const { keyPath, run, signerFromSeed, newSeed } = options;
  const record = openKeyRecord(keyPath, newSeed);
  try {
    const signer = signerFromSeed(record.seed);
    if (!bind(record, run)) return unboundSigner(signer, record);
    return boundSigner(signer, record, options);
  } catch (error) {
    record.close();
    throw error;
  }
}

/** Three steps; after a crash between any two, the key still knows the store's run. */
function bind(record: KeyRecord, run: StoreRun): boolean {
  const known = record.read();
  const { run: found, commits } = run.read();
  const isNew = found === undefined && known.current === undefined;
  const isKnown = found !== undefined && (found === known.current || found === known.next);
  if (!(isNew || isKnown) || commits < known.commits) return false;
  const next = randomUUID();
  record.write({ current: found, next, commits });
  run.begin(next);
  record.write({ current: next, next: undefined, commits });
  record.settle();
  return true;
}

function unboundSigner({ publicKey }: Signer, record: KeyRecord): OpenBoundSigner {
  return {
    publicKey,
    isBound: () => Promise.resolve(false),
    sign: () => Promise.reject(new StoreFault('this key is not bound to this store')),
    close: () => Promise.resolve(record.close()),
  };
}

function boundSigner(
  signer: Signer,
  record: KeyRecord,
  { run, recordEveryMs = defaultRecordEveryMs }: BoundSignerOptions,
): OpenBoundSigner {
  let timer: NodeJS.Timeout | undefined;
  /** The key must not fall behind the store, so it signs nothing while its record fails. */
  let isRecording = true;

  function recordCommits(): void {
    timer = undefined;
    try {
      record.write({ ...record.read(), commits: run.read().commits });
      isRecording = true;
    } catch {
      isRecording = false;
      recordSoon();
    }
  }

  function recordSoon(): void {
    timer ??= setTimeout(recordCommits, recordEveryMs).unref();
  }

  run.watch(recordSoon);
  return {
    publicKey: signer.publicKey,
    isBound: () => Promise.resolve(isRecording),
    sign(message) {
      if (isRecording) return signer.sign(message);
      return Promise.reject(new StoreFault("the key's record cannot be written"));
    },
    close() {
      run.watch(() => undefined);
      clearTimeout(timer);
      recordCommits();
      clearTimeout(timer);
      isRecording = false;
      return Promise.resolve(record.close());
    },
  };
}
