import { z } from 'zod';
import { networkIdOf } from '#protocol/block/genesis.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type Decoded, decode, encode } from '#protocol/encoding/codec.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex, hexFromBytes, isHex } from '#protocol/primitives/hex.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { StretchingCost } from './encryption.ts';
import {
  isBearable,
  type Stretching,
  seal,
  stretch,
  stretchingCost,
  unseal,
} from './encryption.ts';
import type { KeyMaker, KeySeed } from './keys.ts';
import { createWallet, type WalletOptions } from './open-wallet.ts';
import { exportedCodec } from './records.ts';
import type { WalletRejection } from './rejection.ts';
import type { Wallet } from './wallet.ts';

const schema = 'weft.wallet-export/1';
const aboutExport = (network: Hash) => asciiBytes(`${schema} ${network}`);

const hex = (least: number, most: number) =>
  z
    .string()
    .refine((text) => text.length <= 2 * most && isHex(text, text.length / 2))
    .refine((text) => text.length >= 2 * least);
const small = z.number().int().min(0).max(255);
const exportSchema = z.strictObject({
  schema: z.literal(schema),
  network: hex(32, 32),
  stretching: z.strictObject({ salt: hex(16, 16), log2N: small, r: small, p: small }),
  sealed: hex(40, 1 << 24),
});

export interface ExportOptions {
  readonly passphrase: string;
  readonly keys: KeyMaker;
  readonly cost?: StretchingCost;
}

/** The wallet's chains and keys as one text, always sealed under a passphrase. */
export async function exportWallet(
  wallet: Wallet,
  { passphrase, keys, cost = stretchingCost }: ExportOptions,
): Promise<Result<string, WalletRejection>> {
  const listed = await wallet.chains();
  const chains: Exported['chains'][number][] = [];
  for (const { id, name, owner } of listed) {
    chains.push({ id, name, owner, inbox: await wallet.inboxPolicy(id) });
  }
  const seeds: KeySeed[] = [];
  for (const owner of await wallet.keyring.owners()) {
    const seed = await wallet.keyring.seed(owner);
    if (!seed.ok) return seed;
    seeds.push(seed.value);
  }
  const first = listed.find(({ isDefault }) => isDefault)?.id;
  const stretching: Stretching = { salt: keys.random(16), ...cost };
  const content = encode(exportedCodec, { keys: seeds, chains, first });
  const sealed = seal(
    stretch(passphrase, stretching),
    aboutExport(wallet.network),
    content,
    keys.random,
  );
  const { salt, ...numbers } = stretching;
  const json: z.infer<typeof exportSchema> = {
    schema,
    network: wallet.network,
    stretching: { salt: hexFromBytes(salt), ...numbers },
    sealed: hexFromBytes(sealed),
  };
  return ok(`${JSON.stringify(json, undefined, 2)}\n`);
}

export interface ImportOptions extends WalletOptions {
  /** Of the export; the wallet's own may differ. */
  readonly exportPassphrase: string;
}

/**
 * A new wallet with the chains and keys of an export. Fast rounds are off: this device has no
 * record of the fast proposals that another one signed.
 */
export async function importWallet(
  text: string,
  options: ImportOptions,
): Promise<Result<Wallet, WalletRejection>> {
  const opened = openExport(text, options.exportPassphrase, networkIdOf(options.network.header));
  if (!opened.ok) return opened;
  const wallet = await createWallet(options);
  if (!wallet.ok) return wallet;
  for (const key of opened.value.keys) {
    const added = await wallet.value.addKey(key);
    if (!added.ok) return added;
  }
  for (const { id, name, owner, inbox } of opened.value.chains) {
    const added = owner
      ? await wallet.value.assignChain({ id, name, owner })
      : await wallet.value.addChain({ id, name, seed: undefined });
    if (!added.ok) return added;
    await wallet.value.setInboxPolicy(id, inbox);
  }
  const { first } = opened.value;
  if (first) await wallet.value.setDefault(first);
  return wallet;
}

type Exported = Decoded<typeof exportedCodec>;

function openExport(
  text: string,
  passphrase: string,
  network: Hash,
): Result<Exported, Rejection<'malformed-wallet' | 'other-network' | 'wrong-passphrase'>> {
  const parsed = exportSchema.safeParse(jsonFrom(text));
  if (!parsed.success) return refuse('malformed-wallet', 'another text', `JSON of ${schema}`);
  const { stretching, sealed } = parsed.data;
  if (parsed.data.network !== network) {
    return refuse('other-network', parsed.data.network, network);
  }
  if (!isBearable(stretching)) {
    const found = `scrypt with N = 2^${stretching.log2N}, r = ${stretching.r}, p = ${stretching.p}`;
    return refuse('malformed-wallet', found, 'a cost that a reader can bear');
  }
  const key = stretch(passphrase, { ...stretching, salt: bytesFromHex(stretching.salt) });
  const content = unseal(key, aboutExport(network), bytesFromHex(sealed));
  if (!content) return refuse('wrong-passphrase', 'another one', 'the passphrase of the export');
  const decoded = decode(exportedCodec, content);
  if (decoded.ok) return decoded;
  return refuse('malformed-wallet', decoded.error.found, decoded.error.expected);
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
