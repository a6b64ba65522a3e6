import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { byteReaders } from './byte-targets.ts';
import type { TargetReport } from './fuzz.ts';
import { realSamples } from './real-samples.ts';
import { exportedCodecs, exportedReaders } from './scan.ts';
import { superviseFuzzing } from './supervise.ts';
import { textReaders } from './text-targets.ts';

/** Readers that no target is named after, and why they need none. */
const coveredElsewhere: Readonly<Record<string, string>> = {
  blockFromStored: 'storedBlockFromBytes',
  bytesFromHex: 'blobIdFromText',
  decodeKept: 'the codecs',
  decodeStored: 'the codecs',
  hashFromBytes: 'hashCodec',
  hexFromBytes: 'writes',
  refusalFromWire: 'writes',
  requestFromEvent: 'serveGateway',
  utf8FromText: 'writes',
};

let reports: readonly TargetReport[] = [];
before(async () => {
  reports = await superviseFuzzing({ seed: 1, inputs: 1_000, wanted: undefined });
});

test('no decoder and no route crashes, hangs, or reads two forms of one value', () => {
  const findings = reports.flatMap((report) => report.findings);
  assert.deepEqual(findings, []);
});

test('every exported codec is fuzzed, from bytes that it accepts', async () => {
  const fuzzed = new Map(reports.map((report) => [report.target, report]));
  for (const { name, path } of await exportedCodecs()) {
    assert.ok((fuzzed.get(name)?.accepted ?? 0) > 0, `${name} of ${path}`);
  }
});

test('every exported function that reads what others wrote is fuzzed', async () => {
  const named = [...Object.keys(textReaders), ...Object.keys(byteReaders(await realSamples()))];
  const fuzzed = new Set([...reports.map(({ target }) => target), ...named]);
  const isFuzzed = (path: string, name: string) =>
    fuzzed.has(name) ||
    fuzzed.has(`${name} of ${path.split('/')[2]}`) ||
    Object.hasOwn(coveredElsewhere, name);
  const forgotten = exportedReaders().filter((reader) => {
    const [path = '', name = ''] = reader.split(' ');
    return !isFuzzed(path, name);
  });
  assert.deepEqual(forgotten, []);
});

test('each target gets enough inputs, of which it accepts some', () => {
  const inputs = reports.reduce((sum, report) => sum + report.inputs, 0);
  assert.ok(inputs > 150_000, `${inputs}`);
  for (const { target, accepted } of reports) assert.ok(accepted > 0, target);
});
