import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { newNativeVerify } from '#adapters/node-crypto/native-ed25519.ts';
import { nobleVerify } from '#adapters/node-crypto/noble-ed25519.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { perCpuSecond, percentile, repeatFor } from './measure.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
}

/** What results are compared by: the bars hold where noble checks 870 signatures a CPU-second. */
export interface Calibration {
  readonly nobleVerifyPerSecond: number;
  readonly nativeVerifyPerSecond: number;
  readonly signPerSecond: number;
  /** Median time of one fdatasync of a small append, in the folder where the stores are. */
  readonly fsyncMs: number;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** The commit that is measured; a `+` says that files differ from it. */
export function thisCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

/** Signatures that noble checks in a CPU-second of the machine that the bars are set for. */
const referenceVerifies = 870;

/** What `work` gives, and how many times as fast as the reference the machine was around it. */
export async function withSpeed<T>(
  work: () => Promise<T> | T,
): Promise<{ readonly value: T; readonly speed: number }> {
  const before = await nobleRate();
  const value = await work();
  const after = await nobleRate();
  return { value, speed: (before + after) / 2 / referenceVerifies };
}

const signer = ed25519Signer(new Uint8Array(32).fill(7));
const message = new Uint8Array(32).fill(9);

async function nobleRate(): Promise<number> {
  const { bytes } = await signer.sign(message);
  const spent = await repeatFor({ warmUpMs: 30, measureMs: 120 }, () => {
    nobleVerify(signer.publicKey.bytes, message, bytes);
    return 1;
  });
  return perCpuSecond(spent);
}

export async function calibrate(): Promise<Calibration> {
  const { bytes: signature } = await signer.sign(message);
  const publicKey = signer.publicKey.bytes;
  const native = newNativeVerify();
  const rate = async (work: () => unknown) =>
    Math.round(
      perCpuSecond(
        await repeatFor({ warmUpMs: 60, measureMs: 300 }, () => {
          work();
          return 1;
        }),
      ),
    );
  return {
    nobleVerifyPerSecond: await rate(() => nobleVerify(publicKey, message, signature)),
    nativeVerifyPerSecond: await rate(() => native(publicKey, message, signature)),
    signPerSecond: await rate(() => signer.sign(message)),
    fsyncMs: fsyncMs(),
  };
}

/** A file in a folder, to learn what one fdatasync of a small append takes there. */
export function syncProbe(folder: string): { syncMs(): number; close(): void } {
  const file = openSync(join(folder, 'sync-probe'), 'w');
  return {
    syncMs() {
      writeSync(file, new Uint8Array(4096));
      const start = performance.now();
      fdatasyncSync(file);
      return performance.now() - start;
    },
    close: () => closeSync(file),
  };
}

function fsyncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'weft-fsync-'));
  const probe = syncProbe(folder);
  const times = Array.from({ length: 50 }, () => probe.syncMs());
  probe.close();
  rmSync(folder, { recursive: true });
  return Number(percentile(times, 0.5).toFixed(3));
}

export function machineLine(
  { cpu, cores, memoryGiB, platform, node }: Machine,
  commit: string,
): string {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}, commit ${commit}`;
}

export function calibrationLine({
  nobleVerifyPerSecond,
  nativeVerifyPerSecond,
  signPerSecond,
  fsyncMs: sync,
}: Calibration): string {
  const speed = (nobleVerifyPerSecond / referenceVerifies).toFixed(2);
  return [
    `calibration: ${speed} times the reference machine`,
    `noble checks ${nobleVerifyPerSecond} signatures a CPU-second`,
    `the platform ${nativeVerifyPerSecond}, and makes ${signPerSecond}`,
    `one fsync takes ${sync} ms`,
  ].join('; ');
}
