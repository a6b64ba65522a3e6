import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { referenceTree } from '#test/support/reference-state.ts';
import { anyScript, applyToModel } from '#test/support/state-script.ts';
import { decode, encode } from '../encoding/codec.ts';
import { concatBytes } from '../primitives/bytes.ts';
import { bytesFromHex } from '../primitives/hex.ts';
import { nodeBytesMax, nodeCodec } from './node.ts';

const digest = 'ab'.repeat(32);
const size = '0108000000000000'; // 2049 in little-endian bytes

function refusal(hex: string): { found: string; expected: string } | undefined {
  const decoded = decode(nodeCodec, bytesFromHex(hex));
  return decoded.ok ? undefined : { found: decoded.error.found, expected: decoded.error.expected };
}

test('a node reads back as it was written', () => {
  for (const hex of [
    '0000',
    '000100000161',
    `000201610000016201${digest}01040000`,
    `0100${size}000300${digest}${digest}`,
    `0101a0${size}008001${digest}${digest}`,
    `0102ab${size}010001070100${digest}`,
  ]) {
    const bytes = bytesFromHex(hex);
    const decoded = decode(nodeCodec, bytes);
    assert.ok(decoded.ok, hex);
    assert.deepEqual(encode(nodeCodec, decoded.value), bytes);
  }
});

test('a node that no contents have is refused', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['02', 'node tag 2'],
    ['00020162000001610000', 'a key out of order'],
    ['00020161000001610000', 'a key out of order'],
    ['0001016102', 'cell tag 2'],
    [`0001016101${digest}00040000`, 'a held value of 1024 bytes'],
    [`0001016101${digest}01001000`, 'a held value of 1048577 bytes'],
    [`00010161008108${'00'.repeat(1025)}`, '1025 bytes'],
    [`0001808102${'00'.repeat(300)}`, '32896 bytes'],
    [`01000008000000000000000300${digest}${digest}`, 'a size of 2048'],
    [`0100${size}000100${digest}`, '1 parts'],
    [`0100${size}010001070000`, '1 parts'],
    [`0100${size}000000`, '0 parts'],
    [`0101ab${size}000300${digest}${digest}`, 'a digit after the last'],
    [`0101a0${size}0100000300${digest}${digest}`, 'a value in the middle of a byte'],
    [`018004${'00'.repeat(256)}${size}000300${digest}${digest}`, '512 digits'],
    [`0100${size}000300${digest}${digest}00`, '1 bytes more'],
    [`0100${size}020300${digest}${digest}`, 'option tag 2'],
  ];
  for (const [hex, found] of cases) assert.equal(refusal(hex)?.found, found, hex);
});

test('a leaf one byte too large is refused, and one that is full is not', () => {
  const entry = (key: string, bytes: number) => {
    const length = [(bytes & 127) | 128, bytes >> 7];
    return concatBytes(bytesFromHex(`01${key}00`), Uint8Array.from(length), new Uint8Array(bytes));
  };
  const leaf = (last: number) =>
    concatBytes(bytesFromHex('0002'), entry('61', 1019), entry('62', last));
  assert.equal(decode(nodeCodec, leaf(1019)).ok, true);
  const decoded = decode(nodeCodec, leaf(1020));
  assert.equal(!decoded.ok && decoded.error.found, '2049 bytes');
});

test('arbitrary and mutated bytes are refused, or are a canonical node within the limit', () => {
  const node = anyScript.chain((script) => {
    const model = new Map<string, Uint8Array>();
    for (const writes of script) applyToModel(model, writes);
    const { pieces } = referenceTree(model);
    return fc.constantFrom(...pieces.values());
  });
  const edit = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
  const mutated = fc.tuple(node, fc.array(edit, { maxLength: 3 })).map(([bytes, edits]) => {
    const copy = Uint8Array.from(bytes);
    for (const { at, to } of edits) copy[at % Math.min(copy.length, 80)] = to;
    return copy;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), mutated), (bytes) => {
      const decoded = decode(nodeCodec, bytes);
      if (!decoded.ok) return;
      assert.deepEqual(encode(nodeCodec, decoded.value), Uint8Array.from(bytes));
      assert.ok(bytes.length <= nodeBytesMax);
    }),
    { numRuns: 2000 },
  );
});
