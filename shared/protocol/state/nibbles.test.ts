import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hexFromBytes } from '../primitives/hex.ts';
import {
  childPath,
  commonNibbles,
  nibbleAt,
  type Path,
  pathPrefix,
  startsWith,
} from './nibbles.ts';

/** The digits of a path as hexadecimal text, which needs none of the arithmetic under test. */
const digits = ({ bytes, nibbles }: Path) => hexFromBytes(bytes).slice(0, nibbles);

const anyPath = fc
  .tuple(fc.array(fc.constantFrom(0x00, 0x01, 0x10, 0xff), { maxLength: 5 }), fc.nat(10))
  .map(([bytes, cut]) =>
    pathPrefix(Uint8Array.from(bytes), cut < 2 * bytes.length ? cut : 2 * bytes.length),
  );

test('paths compare as the text of their digits does', () => {
  fc.assert(
    fc.property(anyPath, anyPath, (a, b) => {
      let common = 0;
      while (common < a.nibbles && digits(a)[common] === digits(b)[common]) common++;
      assert.equal(commonNibbles(a, b), common);
      assert.equal(startsWith(a, b), digits(a).startsWith(digits(b)));
    }),
  );
});

test('a path grows by a digit and is cut without a trace of what followed', () => {
  fc.assert(
    fc.property(anyPath, fc.integer({ min: 0, max: 15 }), (path, nibble) => {
      const child = childPath(path, nibble);
      assert.equal(digits(child), digits(path) + nibble.toString(16));
      assert.equal(nibbleAt(child.bytes, path.nibbles), nibble);
      assert.deepEqual(pathPrefix(child.bytes, path.nibbles), path);
    }),
  );
});
