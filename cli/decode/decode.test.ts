import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { blockBodyCodec } from '#protocol/block/block.ts';
import { confirmedCertificateCodec } from '#protocol/block/certificate.ts';
import { certifiedBlockBytes } from '#protocol/block/certified-block.ts';
import { genesisCodec, genesisHeaderCodec, networkIdOf } from '#protocol/block/genesis.ts';
import { blockHeaderCodec } from '#protocol/block/header.ts';
import { transactionCodec } from '#protocol/block/transaction.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { runWeft } from '#test/support/run-weft.ts';
import * as sample from '#test/support/sample-blocks.ts';
import { readingAs, readingsOf, typeNames } from './readings.ts';

const path = mkdtempSync(join(tmpdir(), 'weft-decode-'));
after(() => rmSync(path, { recursive: true }));

const { block, confirmed, genesisHeader, rootChains } = sample;
const { proposed, outcome } = block;
const genesis = { header: genesisHeader, rootChains };

const samples: Readonly<Record<string, Uint8Array>> = {
  genesis: encode(genesisCodec, genesis),
  'genesis-header': encode(genesisHeaderCodec, genesisHeader),
  'certified-block': certifiedBlockBytes({ block, certificate: confirmed }),
  'block-body': encode(blockBodyCodec, { proposed, outcome }),
  'block-header': encode(blockHeaderCodec, block.header),
  'confirmed-certificate': encode(confirmedCertificateCodec, confirmed),
};
for (const transaction of proposed.transactions.slice(0, 1)) {
  Object.assign(samples, { transaction: encode(transactionCodec, transaction) });
}

for (const [type, bytes] of Object.entries(samples)) {
  test(`bytes of a ${type} are read as one, and not when one byte more or less is there`, () => {
    assert.ok(readingsOf(bytes).some((one) => one.type === type));
    for (const other of [bytes.subarray(0, -1), Uint8Array.of(...bytes, 0)]) {
      assert.ok(!readingsOf(other).some((one) => one.type === type));
      assert.equal(readingAs(other, type)?.ok, false);
    }
  });
}

test('readings name what follows from their values', () => {
  const read = (type: string) => {
    const reading = readingAs(samples[type] ?? new Uint8Array(), type);
    assert.ok(reading?.ok);
    return reading.value.names;
  };
  assert.deepEqual(read('genesis'), { network: networkIdOf(genesisHeader) });
  assert.deepEqual(read('certified-block'), { block: block.hash });
  assert.deepEqual(read('block-header'), { block: block.hash });
});

test('no bytes break a reader', () => {
  for (let length = 0; length < 200; length++) {
    for (const byte of [0, 1, 255]) {
      const bytes = new Uint8Array(length).fill(byte);
      for (const type of typeNames) assert.ok(readingAs(bytes, type));
    }
  }
  assert.equal(readingAs(new Uint8Array(), 'toString'), undefined);
});

test('weft decode reads hexadecimal, files of bytes and files of hexadecimal alike', async () => {
  const bytes = samples['block-header'] ?? new Uint8Array();
  const [raw, text] = [join(path, 'raw'), join(path, 'text')];
  writeFileSync(raw, bytes);
  writeFileSync(text, `${hexFromBytes(bytes).toUpperCase()}\n`);
  for (const what of [hexFromBytes(bytes), raw, text]) {
    const { code, stdout } = await runWeft(path, ['decode', what, '--json']);
    assert.equal(code, 0);
    const { readings } = JSON.parse(stdout);
    assert.deepEqual(readings[0].names, { block: block.hash });
    assert.equal(readings[0].value.height, `${block.header.height}`);
  }
});

test('what is no whole value says where it breaks', async () => {
  const kindOf = async (...args: readonly string[]) => {
    const { stderr } = await runWeft(path, ['decode', ...args, '--json']);
    return JSON.parse(stderr).error;
  };
  assert.equal((await kindOf('ffffff')).kind, 'unknown-bytes');
  assert.match((await kindOf('ffffff', '--as', 'genesis')).found, /byte|end|offset/i);
  assert.equal((await kindOf('00', '--as', 'nothing')).kind, 'invalid-argument');
  assert.equal((await kindOf('no-such-file')).kind, 'no-such-file');
});

test('a hash that nothing here is known under is a hash', async () => {
  const { stdout } = await runWeft(path, ['decode', 'ab'.repeat(32), '--json']);
  const types = JSON.parse(stdout).readings.map(({ type }: { type: string }) => type);
  assert.deepEqual(types, ['hash']);
});
