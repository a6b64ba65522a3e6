import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Codec, encode } from '#protocol/encoding/codec.ts';
import { u8, u16, uleb32 } from '#protocol/encoding/integers.ts';
import { vector } from '#protocol/encoding/sequences.ts';
import { sortedMap } from '#protocol/encoding/sorted.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { Random } from '../simulation/random.ts';
import { judgeDecoding } from './codec-targets.ts';
import { fuzzTarget } from './fuzz.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { anyTarget } from './target.ts';
import { cutsOf } from './trace.ts';

const sample = struct({ count: uleb32, items: vector(u8, 9), map: sortedMap(u8, u16, 9) });
const value = {
  count: 300,
  items: [1, 2, 3],
  map: new Map([
    [1, 2],
    [3, 4],
  ]),
};

/** Fuzzes a codec of which one part is broken. */
async function fuzzed(read: (input: Uint8Array) => void, codec: Codec<unknown> = sample as never) {
  const cut = (bytes: Uint8Array) => ({ bytes, cuts: cutsOf(sample as Codec<unknown>, bytes) });
  const target = anyTarget({
    name: 'broken',
    seeds: [encode(codec, value as never)],
    show: hexFromBytes,
    mutate: (random: Random, pool: readonly Uint8Array[]) =>
      mutateBytes(random, cut(random.pick(pool)), cut(random.pick(pool))),
    judge(input: Uint8Array) {
      read(input);
      return judgeDecoding(codec, input);
    },
  });
  const { findings } = await fuzzTarget(target, { seed: 7, inputs: 3_000 });
  return findings.map(({ kind }) => kind);
}

/** A codec that writes as the sample does, and reads what `lax` makes of the bytes. */
function lax(change: (bytes: Uint8Array) => Uint8Array): Codec<unknown> {
  return {
    write: (writer, written) => sample.write(writer, written as never),
    read(reader) {
      const changed = change(reader.bytes.slice());
      const view = new DataView(changed.buffer);
      const own = { bytes: changed, view, offset: 0, depth: 0 };
      const read = sample.read(own);
      reader.offset = own.offset === changed.length ? reader.bytes.length : own.offset;
      return read;
    },
  };
}

test('a sound codec passes', async () => {
  assert.deepEqual(await fuzzed(() => undefined), []);
});

test('a decoder that throws where it should refuse is found', async () => {
  const crashing = (input: Uint8Array) => {
    if (input[0] === 0xac && input.length < 9) throw new RangeError('out of bounds');
  };
  assert.deepEqual(await fuzzed(crashing), ['crash']);
});

test('a decoder that takes trailing bytes is found', async () => {
  const found = await fuzzed(
    () => undefined,
    lax((bytes) => bytes.subarray(0, 13).slice()),
  );
  assert.ok(found.includes('nonCanonical'));
});

test('a decoder that takes padded numbers is found', async () => {
  const unpadded = (bytes: Uint8Array) =>
    bytes[0] === 0xac && bytes[1] === 0x82 && bytes[2] === 0
      ? Uint8Array.of(0xac, 0x02, ...bytes.subarray(3))
      : bytes;
  assert.ok((await fuzzed(() => undefined, lax(unpadded))).includes('nonCanonical'));
});

test('a decoder that takes keys in any order is found', async () => {
  const sorted = (bytes: Uint8Array) => {
    const at = bytes.length - 6;
    if (at < 0 || (bytes[at] ?? 0) <= (bytes[at + 3] ?? 0)) return bytes;
    const [a, b] = [bytes.slice(at, at + 3), bytes.slice(at + 3)];
    return Uint8Array.of(...bytes.subarray(0, at), ...b, ...a);
  };
  assert.ok((await fuzzed(() => undefined, lax(sorted))).includes('nonCanonical'));
});

test('a decoder that takes memory for what is not there is found', async () => {
  let taken = new Float64Array();
  const greedy = (input: Uint8Array) => {
    if (input.length > 20) taken = new Float64Array(1_000_000);
  };
  assert.equal((await fuzzed(greedy))[0], 'oversized');
  assert.equal(taken.length, 1_000_000);
});

test('the same seed judges the same inputs', async () => {
  const heard: string[][] = [[], []];
  for (const inputs of heard) await fuzzed((input) => inputs.push(hexFromBytes(input)));
  assert.deepEqual(heard[0], heard[1]);
});
