import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { ownerOf, ownerText } from '#protocol/block/owner.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { type Curve, keyMaker, schemeOption, schemesByCurve } from '../keys.ts';
import { columns, object } from '../report.ts';

const seedBytes = 32;

/** `weft keygen`: a new random key. */
export function keygen(builder: Builder): Command {
  return command('keygen', 'make a random key and show its public part')
    .option('--out <file>', 'write the secret seed there, readable by you only; never shown then')
    .addOption(schemeOption())
    .action(
      perform<[], { out?: string; scheme: Curve }>(builder, (call, _, { out, scheme }) => {
        const seed = keyMaker.random(seedBytes);
        const { publicKey } = keyMaker.signer(seed, schemesByCurve[scheme]);
        const shown = {
          scheme: publicKey.scheme,
          publicKey: hexFromBytes(publicKey.bytes),
          owner: ownerText(ownerOf(publicKey)),
        };
        if (out === undefined) {
          call.note('warning: whoever reads the seed has the key; --out writes it to a file');
          const fields = { ...shown, seed: hexFromBytes(seed) };
          return ok(object('keygen', fields, columns(Object.entries(fields))));
        }
        if (!isWritten(out, `${hexFromBytes(seed)}\n`)) {
          return fail('file-exists', out, 'a path where nothing is');
        }
        const fields = { ...shown, file: out };
        return ok(object('keygen', fields, columns(Object.entries(fields))));
      }),
    );
}

/** A secret never replaces another. */
function isWritten(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
