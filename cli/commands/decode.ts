import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { hashFromHex } from '#protocol/crypto/hash.ts';
import { bytesFromHex, hexFromBytes } from '#protocol/primitives/hex.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { jsonText } from '#wire/replies.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { lookUp } from '../decode/look-up.ts';
import { type Reading, readingAs, readingsOf, typeNames } from '../decode/readings.ts';
import { fail } from '../failure.ts';
import { object, type Report } from '../report.ts';

interface DecodeOptions {
  readonly as?: string;
}

/** Most bytes of a file: more than any value has. */
const fileBytesMax = 64_000_000;

/** `weft decode`: what bytes of the protocol say. */
export function decode(builder: Builder): Command {
  return command('decode', 'show what bytes say, or what is known here under a hash')
    .argument('<what>', 'hexadecimal, a file of bytes or of hexadecimal, or a hash')
    .option('--as <type>', 'read them as this type, and say where they break')
    .addHelpText('after', `\nTypes: ${typeNames.join(', ')}.`)
    .action(
      perform<[string], DecodeOptions>(builder, (call, [what], options) => {
        installNativeHash();
        return read(call, what, options);
      }),
    );
}

async function read(
  call: Call,
  what: string,
  { as: type }: DecodeOptions,
): Promise<Result<Report, Rejection>> {
  if (type !== undefined && !typeNames.includes(type)) {
    return fail('invalid-argument', type, `one of ${typeNames.join(', ')}`);
  }
  const bytes = bytesOf(what);
  if (!bytes.ok) return bytes;
  if (type !== undefined) {
    const reading = readingAs(bytes.value, type);
    if (reading?.ok) return ok(reportOf(bytes.value, [reading.value]));
    const { found, expected } = reading?.error ?? { found: type, expected: 'a type' };
    return fail('unknown-bytes', found, expected);
  }
  const isHash = hashFromHex(hexFromBytes(bytes.value)) !== undefined;
  const known = isHash ? await lookUp(call, hexFromBytes(bytes.value)) : ok([]);
  if (!known.ok) return known;
  const readings = [...known.value, ...readingsOf(bytes.value)];
  if (readings.length > 0) return ok(reportOf(bytes.value, readings));
  return fail('unknown-bytes', `${bytes.value.length} bytes`, 'a whole value of some type');
}

const hexPattern = /^(?:[0-9a-f]{2})+$/i;

/** Hexadecimal means its bytes, also in a file; anything else names a file. */
function bytesOf(what: string): Result<Uint8Array, Rejection> {
  if (hexPattern.test(what)) return ok(bytesFromHex(what.toLowerCase()));
  const { size } = statSync(what);
  if (size > fileBytesMax) {
    return fail('unknown-bytes', `${size} bytes`, `up to ${fileBytesMax} bytes`);
  }
  const content = Uint8Array.from(readFileSync(what));
  const text = new TextDecoder('latin1').decode(content).trim();
  return ok(hexPattern.test(text) ? bytesFromHex(text.toLowerCase()) : content);
}

function reportOf(bytes: Uint8Array, readings: readonly Reading[]): Report {
  const shown = readings.map(({ type, names, value }) => {
    const derived = Object.entries(names).map(([name, text]) => `  ${name}  ${text}\n`);
    return `${type}\n${derived.join('')}${jsonText(value, 2)}`;
  });
  const several = readings.length > 1 ? [`${readings.length} readings`] : [];
  return object('decode', { bytes: bytes.length, readings }, [...several, ...shown].join('\n\n'));
}
