import { newVerdictMemo } from '#adapters/node-crypto/verdict-memo.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { Home } from '../home.ts';
import type { Address, StoredNetwork } from '../network-files.ts';
import {
  type RunningValidator,
  startValidator,
  type ValidatorRequest,
} from '../validator-process.ts';
import { portFor } from './ports.ts';

/** Signatures that one of the validators checked and the others need not check again. */
const memoMax = 10_000;

/** Validators that were started, whichever processes they run in. */
export interface Started {
  readonly addresses: readonly Address[];
  /** Answers what is under way, then ends. */
  stop(): Promise<void>;
  /** Tells of each process that ends without being asked, and of how many are left. */
  onLost(tell: (what: string, left: number) => void): void;
}

export interface StartRequest {
  readonly home: Home;
  readonly stored: StoredNetwork;
  readonly names: readonly string[];
  /** Of all validators, where they were or are. */
  readonly addresses: readonly Address[];
  readonly port: number | undefined;
  readonly logs: ValidatorRequest['logs'];
}

/** Starts validators in this process, all or none. */
export async function startHere(request: StartRequest): Promise<Result<Started, Rejection>> {
  const { home, stored, names, addresses, port, logs } = request;
  const memo = newVerdictMemo(memoMax);
  const results = await Promise.all(
    names.map((name) => {
      const chosen = portFor(name, stored.notes, { chosen: port, addresses });
      return startValidator({ home, stored, name, port: chosen, memo, logs });
    }),
  );
  const running = results.flatMap((one) => (one.ok ? [one.value] : []));
  const failed = results.find((one) => !one.ok);
  if (failed !== undefined && !failed.ok) {
    await stopAll(running);
    return failed;
  }
  return ok({
    addresses: running.map(({ name, url, publicKey }) => ({
      name,
      url,
      publicKey,
      pid: process.pid,
    })),
    stop: () => stopAll(running),
    onLost: () => undefined,
  });
}

async function stopAll(running: readonly RunningValidator[]): Promise<void> {
  await Promise.all(running.map((one) => one.stop()));
}
