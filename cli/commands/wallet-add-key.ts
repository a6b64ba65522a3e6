import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { KeySeed } from '#client/wallet/keys.ts';
import { isSameOwner, ownerText } from '#protocol/block/owner.ts';
import { bytesFromHex, isHex } from '#protocol/primitives/hex.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { withWallet } from '../home-wallet.ts';
import { type Curve, keyMaker, schemeOption, schemesByCurve } from '../keys.ts';
import { object, type Report } from '../report.ts';

/** `weft wallet add-key`: a key that owns nothing yet, for a chain that somebody else opens. */
export function walletAddKey(builder: Builder): Command {
  return command('add-key', 'keep a key, which somebody may open a chain for')
    .argument('[file]', 'a seed that `weft keygen --out` wrote; a new key')
    .addOption(schemeOption())
    .action(
      perform<[file?: string], { scheme: Curve }>(builder, (call, [file], { scheme }) =>
        addKey(call, file, scheme),
      ),
    );
}

async function addKey(
  call: Call,
  file: string | undefined,
  curve: Curve,
): Promise<Result<Report, Rejection>> {
  const seed = file === undefined ? ok(keyMaker.random(32)) : seedIn(file);
  if (!seed.ok) return seed;
  const key = { kind: schemesByCurve[curve], seed: seed.value };
  if (!isUsable(key)) return fail('invalid-argument', 'a seed that makes no key', 'another seed');
  return await withWallet(call, async ({ wallet }) => {
    const before = await wallet.keyring.owners();
    const owner = await wallet.addKey(key);
    if (!owner.ok) return owner;
    const isNew = !before.some((one) => isSameOwner(one, owner.value));
    const text = ownerText(owner.value);
    const lines = [
      `${isNew ? 'keeps' : 'has'} the key of ${text}`,
      `Next: weft open-chain --owner ${text}, in the wallet of whoever pays`,
    ];
    const fields = { owner: text, scheme: key.kind, new: isNew };
    return ok(object('wallet-add-key', fields, lines.join('\n')));
  });
}

/** A few seeds are outside of what a curve takes as private keys. */
function isUsable({ kind, seed }: KeySeed): boolean {
  try {
    keyMaker.signer(seed, kind);
    return true;
  } catch {
    return false;
  }
}

function seedIn(file: string): Result<Uint8Array, Rejection> {
  const text = readFileSync(file, 'utf8').trim();
  if (isHex(text, 32)) return ok(bytesFromHex(text));
  return fail('invalid-argument', `${file} holds another text`, '64 digits of hexadecimal');
}
