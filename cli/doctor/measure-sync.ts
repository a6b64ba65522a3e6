import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const rounds = 9;
const block = new Uint8Array(4_096);

/** The median time in milliseconds until a small write is durable in a folder. */
export function measureSync(folder: string): number {
  const path = join(folder, `sync-${process.pid}.tmp`);
  const file = openSync(path, 'w', 0o600);
  try {
    const times = Array.from({ length: rounds }, (_, index) => {
      const start = performance.now();
      writeSync(file, block, 0, block.length, index * block.length);
      fdatasyncSync(file);
      return performance.now() - start;
    });
    return times.sort((a, b) => a - b)[rounds >> 1] as number;
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}
