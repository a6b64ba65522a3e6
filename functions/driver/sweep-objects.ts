import type { ListObjects } from '#adapters/s3/list-objects.ts';
import type { Clock } from '#ports/clock.ts';
import { sha256 } from '#protocol/crypto/hash.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';

export interface ObjectSweep {
  readonly list: ListObjects;
  unnamed(names: readonly string[]): Promise<readonly string[]>;
  remove(name: string): Promise<void>;
  readonly clock: Clock;
}

/** Much longer than any request that may still put a row for its object. */
const ageMsMin = 86_400_000;
const hourUs = 3_600_000_000n;

/**
 * Removes objects that nothing names and nothing will: up to a thousand are looked at in an hour,
 * from a place that changes every hour. How many were removed, undefined if it was not yet time.
 */
export function objectSweeper({ list, unnamed, remove, clock }: ObjectSweep) {
  let swept: bigint | undefined;
  return async (): Promise<number | undefined> => {
    const hour = clock.now() / hourUs;
    if (hour === swept) return undefined;
    swept = hour;
    const behind = hexFromBytes(sha256(asciiBytes(`${hour}`)));
    const found = [...(await list(behind)), ...(await list(''))];
    const old = new Set(found.filter(({ ageMs }) => ageMs >= ageMsMin).map(({ name }) => name));
    const names = await unnamed([...old]);
    for (const name of names) await remove(name);
    return names.length;
  };
}
