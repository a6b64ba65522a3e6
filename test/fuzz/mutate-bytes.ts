import { concatBytes } from '#protocol/primitives/bytes.ts';
import type { Random } from '../simulation/random.ts';

/** Longer inputs are cut: they find nothing more, and take long. */
const lengthMax = 65_536;

/** Bytes with the places where their fields begin and end. */
export interface Cut {
  readonly bytes: Uint8Array;
  readonly cuts: readonly number[];
}

type Mutation = (random: Random, base: Cut, other: Cut) => Uint8Array;

/** Bytes of which some are like those of `base`, some like those of `other`. */
export function mutateBytes(random: Random, base: Cut, other: Cut): Uint8Array {
  let bytes = random.pick(random.chance(0.7) ? fieldwise : bytewise)(random, base, other);
  while (random.chance(0.3)) bytes = random.pick(bytewise)(random, { bytes, cuts: [] }, other);
  return bytes.length > lengthMax ? bytes.subarray(0, lengthMax) : bytes;
}

function replaced(bytes: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array {
  return concatBytes(bytes.subarray(0, from), by, bytes.subarray(to));
}

const bytewise: readonly Mutation[] = [
  function flipBit(random, { bytes }) {
    const changed = bytes.slice();
    const at = random.below(bytes.length);
    if (bytes.length > 0) changed[at] = (changed[at] as number) ^ (1 << random.below(8));
    return changed;
  },
  function setByte(random, { bytes }) {
    const changed = bytes.slice();
    if (bytes.length > 0) changed[random.below(bytes.length)] = random.pick(telling);
    return changed;
  },
  function truncate(random, { bytes }) {
    return bytes.slice(0, random.below(bytes.length + 1));
  },
  function extend(random, { bytes }) {
    return concatBytes(bytes, random.bytes(1 + random.below(8)));
  },
  function insert(random, { bytes }) {
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at, random.bytes(1 + random.below(4)));
  },
  function remove(random, { bytes }) {
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at + 1 + random.below(8), nothing);
  },
  function splice(random, { bytes }, other) {
    const head = bytes.subarray(0, random.below(bytes.length + 1));
    return concatBytes(head, other.bytes.subarray(random.below(other.bytes.length + 1)));
  },
];

const nothing = new Uint8Array();
const telling = [0, 1, 2, 3, 4, 5, 0x7f, 0x80, 0x81, 0xff, 0xc0, 0xfe];
/** Counts that are too large, and one in more bytes than it takes. */
const counts = [
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x1f],
  [0x80, 0x80, 0x80, 0x80, 0x80],
  [0xff, 0xff, 0x03],
  [0x80, 0x00],
  [0x81, 0x80, 0x00],
  [0xe8, 0x07],
  [0xff, 0x7f],
].map((bytes) => Uint8Array.from(bytes));

/** The bytes from a cut to the one `count` cuts behind it. */
function fieldOf(random: Random, { bytes, cuts }: Cut, count = 1): readonly [number, number] {
  if (cuts.length < 2) return [0, bytes.length];
  const first = random.below(cuts.length - 1);
  const last = first + count < cuts.length ? first + count : cuts.length - 1;
  return [cuts[first] as number, cuts[last] as number];
}

const fieldwise: readonly Mutation[] = [
  function fill(random, base) {
    const [from, to] = fieldOf(random, base);
    return base.bytes.slice().fill(random.pick([0, 1, 0x7f, 0x80, 0xff]), from, to);
  },
  function randomise(random, base) {
    const [from, to] = fieldOf(random, base);
    return replaced(base.bytes, from, to, random.bytes(to - from));
  },
  function countUp(random, base) {
    const changed = base.bytes.slice();
    const [from] = fieldOf(random, base);
    if (from < changed.length) changed[from] = (changed[from] as number) + random.pick([1, -1, 2]);
    return changed;
  },
  function pad(random, base) {
    const [from, to] = fieldOf(random, base);
    const last = base.bytes[to - 1];
    if (last === undefined) return base.bytes.slice();
    const padded = concatBytes(base.bytes.slice(from, to - 1), Uint8Array.of(last | 0x80, 0));
    return replaced(base.bytes, from, to, padded);
  },
  function inflate(random, base) {
    const [from, to] = fieldOf(random, base);
    return replaced(base.bytes, from, to, random.pick(counts));
  },
  function take(random, base, other) {
    const [from, to] = fieldOf(random, base, 1 + random.below(4));
    const [start, end] = fieldOf(random, other, 1 + random.below(8));
    return replaced(base.bytes, from, to, other.bytes.subarray(start, end));
  },
  function repeat(random, base) {
    const [from, to] = fieldOf(random, base, 1 + random.below(12));
    const doubled = replaced(base.bytes, to, to, base.bytes.subarray(from, to));
    const before = base.cuts.filter((cut) => cut < from).at(-1);
    if (before !== undefined && random.chance(0.7)) doubled[before] = (doubled[before] ?? 0) + 1;
    return doubled;
  },
  function drop(random, base) {
    const [from, to] = fieldOf(random, base, 1 + random.below(4));
    return replaced(base.bytes, from, to, nothing);
  },
  /** Two items side by side change places, so that sorted ones are not sorted any more. */
  function swap(random, base) {
    const { bytes, cuts } = base;
    const count = 1 + random.below(6);
    const first = random.below(cuts.length);
    const [a, b, c] = [cuts[first], cuts[first + count], cuts[first + 2 * count]];
    if (a === undefined || b === undefined || c === undefined) return bytes.slice();
    return replaced(bytes, a, c, concatBytes(bytes.subarray(b, c), bytes.subarray(a, b)));
  },
  function graft(random, base, other) {
    const [from] = fieldOf(random, base);
    const [start] = fieldOf(random, other);
    return concatBytes(base.bytes.subarray(0, from), other.bytes.subarray(start));
  },
];
