import { equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { bytesFromHex, hexFromBytes, isHex } from './hex.ts';

test('what is hexadecimal text of whole bytes makes those bytes', () => {
  for (const text of ['', '00', 'ff', '0123456789abcdef']) {
    equal(isHex(text, text.length / 2), true);
    equal(hexFromBytes(bytesFromHex(text)), text);
  }
});

test('other text is no hexadecimal text of any length, half bytes included', () => {
  for (const text of ['0', '000', 'FF', '0g', ' 00', '00\n', 'é0']) {
    equal(isHex(text, text.length / 2), false, text);
    throws(() => bytesFromHex(text), RangeError);
  }
});
