import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { StoreFault } from '#ports/store-fault.ts';
import { randomFrom } from '#test/simulation/random.ts';
import {
  bytesFromStored,
  chunkBytes,
  chunked,
  chunksOf,
  joined,
  storedBytes,
  valueBytesMax,
} from './stored-values.ts';

const random = (length: number) => randomFrom(length).bytes(length);

test('values are stored as they are if a unit holds their item, and packed beyond if that is shorter', () => {
  for (const length of [0, 1, 944]) {
    const stored = storedBytes(new Uint8Array(length));
    assert.equal(stored.length, length + 1);
    assert.deepEqual(bytesFromStored(stored), new Uint8Array(length));
  }
  assert.ok(storedBytes(new Uint8Array(945)).length < 100);
  assert.equal(storedBytes(random(2_000)).length, 2_001);
  for (const bytes of [new Uint8Array(945), random(2_000), random(500_000)]) {
    assert.deepEqual(bytesFromStored(storedBytes(bytes)), bytes);
  }
});

test('read bytes are a copy, and a plain array', () => {
  const stored = storedBytes(Uint8Array.of(1, 2));
  const bytes = bytesFromStored(stored);
  stored.fill(7);
  assert.deepEqual(bytes, Uint8Array.of(1, 2));
  assert.equal(
    Object.getPrototypeOf(bytesFromStored(storedBytes(new Uint8Array(2_000)))),
    Uint8Array.prototype,
  );
});

test('an unknown format, none, and damage are faults', () => {
  const damaged = Uint8Array.of(2, 255, 255, 255);
  for (const stored of [undefined, new Uint8Array(0), Uint8Array.of(4, 1), damaged]) {
    assert.throws(() => bytesFromStored(stored), StoreFault);
  }
});

test('a value that unpacks to too much is a fault', () => {
  const bomb = deflateRawSync(new Uint8Array(valueBytesMax + 1));
  assert.throws(() => bytesFromStored(Uint8Array.of(2, ...bomb)), StoreFault);
});

test('a value that one item holds is whole, and a byte more is in parts', () => {
  assert.equal(chunked(new Uint8Array(chunkBytes)), undefined);
  const stored = storedBytes(random(2 * chunkBytes));
  const parts = chunked(stored);
  assert.ok(parts);
  assert.deepEqual(
    parts.chunks.map(({ bytes }) => bytes.length),
    [chunkBytes, chunkBytes, 1],
  );
  assert.deepEqual(
    chunksOf(parts.pointer),
    parts.chunks.map(({ hash }) => hash),
  );
  assert.equal(chunksOf(stored), undefined);
  assert.deepEqual(joined(parts.chunks), stored);
});

test('a part that is not the one named is a fault, and so is a damaged pointer', () => {
  const parts = chunked(storedBytes(random(2 * chunkBytes)));
  assert.ok(parts);
  const [first, ...rest] = parts.chunks.map((chunk) => ({ ...chunk }));
  assert.ok(first);
  first.bytes = first.bytes.slice().fill(0, 0, 1);
  assert.throws(() => joined([first, ...rest]), StoreFault);
  assert.throws(() => chunksOf(parts.pointer.subarray(0, 40)), StoreFault);
});
