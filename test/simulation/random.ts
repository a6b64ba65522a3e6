/** Numbers that follow from a seed alone: the only chance there is in a simulated world. */
export interface Random {
  /** An integer from 0 up to, but not including, `end`. */
  below(end: number): number;
  /** An integer from `least` to `most`. */
  between(least: number, most: number): number;
  /** True in that share of cases. */
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Uint8Array;
  /** A stream of its own, so that what draws from it does not shift what others draw. */
  fork(): Random;
}

/**
 * @param seed - an integer from 0 to 2^53 − 1.
 *
 * Source: Blackman and Vigna, xoshiro128** 1.1, its state filled by splitmix32.
 */
export function randomFrom(seed: number): Random {
  const next = xoshiro(splitmix(seed >>> 0, Math.floor(seed / 2 ** 32)));
  const below = (end: number) => Math.floor((next() / 2 ** 32) * end);
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (share) => next() < share * 2 ** 32,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('nothing to pick from');
      return items[below(items.length)] as T;
    },
    bytes: (length) => Uint8Array.from({ length }, () => next() & 255),
    fork: () => randomFrom(next()),
  };
}

type State = [number, number, number, number];

function xoshiro(state: State): () => number {
  return () => {
    const result = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 11);
    return result;
  };
}

function splitmix(low: number, high: number): State {
  let at = low ^ Math.imul(high, 0x9e3779b1);
  const mixed = () => {
    at = (at + 0x9e3779b9) | 0;
    let word = Math.imul(at ^ (at >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  };
  return [mixed(), mixed(), mixed(), mixed()];
}

function rotate(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}
