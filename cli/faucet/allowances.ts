/** How many new chains may be asked for. */
export interface RateLimits {
  /** By one address, and by all, in a minute. */
  readonly perAddress: number;
  readonly total: number;
}

export interface Allowances {
  /** Whether one more may be asked for from there now, which counts then. */
  take(address: string): boolean;
}

interface Bucket {
  left: number;
  at: number;
}

/** Most addresses that are told apart; the one that asked longest ago is forgotten first. */
const addressesMax = 10_000;
const minuteMs = 60_000;

/** Buckets that fill evenly over a minute. They are not kept: a restart fills them. */
export function newAllowances({ perAddress, total }: RateLimits, now: () => number): Allowances {
  const buckets = new Map<string, Bucket>();
  const all: Bucket = { left: total, at: now() };

  function filled(bucket: Bucket, most: number): Bucket {
    const time = now();
    bucket.left = Math.min(most, bucket.left + ((time - bucket.at) * most) / minuteMs);
    bucket.at = time;
    return bucket;
  }

  return {
    take(address) {
      const key = networkOf(address);
      const own = filled(buckets.get(key) ?? { left: perAddress, at: now() }, perAddress);
      buckets.delete(key);
      buckets.set(key, own);
      const [oldest] = buckets.keys();
      if (buckets.size > addressesMax && oldest !== undefined) buckets.delete(oldest);
      if (own.left < 1 || filled(all, total).left < 1) return false;
      own.left--;
      all.left--;
      return true;
    },
  };
}

/** An IPv4 address, or the /64 that one subscriber of IPv6 has. */
function networkOf(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...back];
  return groups.slice(0, 4).join(':');
}
