import { memoryWalletStore } from '#adapters/memory/wallet-store.ts';
import { isBearable, type StretchingCost, seal, stretch } from '#client/wallet/encryption.ts';
import { exportWallet, importWallet } from '#client/wallet/export-wallet.ts';
import { acceptAll } from '#client/wallet/inbox-policy.ts';
import { createWallet } from '#client/wallet/open-wallet.ts';
import { exportedCodec } from '#client/wallet/records.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type Codec, encode } from '#protocol/encoding/codec.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { Random } from '../simulation/random.ts';
import { testKeys } from '../support/client-world.ts';
import { testClock, testCommittee } from '../support/committee.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateText } from './mutate-text.ts';
import { type AnyTarget, anyTarget, type Judged } from './target.ts';
import { cutsOf } from './trace.ts';

/** To make a key from a passphrase takes long on purpose. */
const walletShare = 0.1;
const cost: StretchingCost = { log2N: 1, r: 1, p: 1 };
const keys = { ...testKeys, random: (length: number) => new Uint8Array(length).fill(length) };
const passphrase = 'p';
const { genesis, network, owners } = testCommittee();

/** Exports of wallets that somebody sends, and that a careless owner imports. */
export async function walletTarget(): Promise<AnyTarget> {
  const content = exportedContent();
  const codec = exportedCodec as Codec<unknown>;
  const cut = { bytes: content, cuts: cutsOf(codec, content) };
  const seed = await exported();
  return anyTarget({
    name: 'importWallet',
    seeds: [seed, sealedText(seed, content)],
    share: walletShare,
    mutate: (random: Random, pool: readonly string[]) =>
      random.chance(0.4)
        ? sealedText(seed, mutateBytes(random, cut, cut))
        : mutateExport(random, random.pick(pool)),
    show: (input: string) => JSON.stringify(input),
    async judge(input: string): Promise<Judged> {
      if (isDear(input)) return { kind: 'refused', feature: 'dear' };
      const imported = await importWallet(input, { ...options(), exportPassphrase: passphrase });
      if (imported.ok) return { kind: 'accepted', feature: '' };
      return { kind: 'refused', feature: `${imported.error.kind} ${imported.error.expected}` };
    },
  });
}

function options() {
  const store = memoryWalletStore(testClock());
  return { store, keys, network: genesis.genesis, cost, passphrase: undefined };
}

async function exported(): Promise<string> {
  const made = options();
  const wallet = await createWallet(made);
  if (!wallet.ok) throw new Error(wallet.error.found);
  for (const { chain, name, seed } of genesis.chainKeys) {
    await wallet.value.addChain({ id: chain, name, seed });
  }
  const text = await exportWallet(wallet.value, { ...made, passphrase });
  if (!text.ok) throw new Error(text.error.found);
  return text.value;
}

/** What an export seals: two chains with their keys, and a policy. */
function exportedContent(): Uint8Array {
  const both = genesis.chainKeys.slice(0, 2);
  const chains = both.map(({ chain: id, name }, index) => ({
    id,
    name,
    owner: owners[index] && ownerOf(owners[index].signer.publicKey),
    inbox: { ...acceptAll, first: [id] },
  }));
  const seeds = both.map(({ seed }) => ({ kind: 'ed25519', seed }) as const);
  return encode(exportedCodec, { keys: seeds, chains, first: both[0]?.chain });
}

/** The export of another content, by someone who knows the passphrase. */
function sealedText(text: string, content: Uint8Array): string {
  const key = stretch(passphrase, { salt: keys.random(16), ...cost });
  const sealed = seal(key, aboutExport(network.id), content, keys.random);
  return text.replace(/"sealed": "[0-9a-f]*"/, `"sealed": "${hexFromBytes(sealed)}"`);
}

const aboutExport = (id: Hash) => asciiBytes(`weft.wallet-export/1 ${id}`);

/** Whether it is an export that takes as long as it may, which is over a second. */
function isDear(text: string): boolean {
  const numbers = /"log2N": (\d+),\s+"r": (\d+),\s+"p": (\d+)/.exec(text) ?? [];
  const [, log2N, r, p] = numbers.map(Number);
  if (log2N === undefined || r === undefined || p === undefined) return false;
  return isBearable({ log2N, r, p }) && 2 ** log2N * r * p > 2 ** 13;
}

/** Mostly one of the numbers, any of which makes the key another or takes for ever. */
function mutateExport(random: Random, text: string): string {
  if (random.chance(0.5)) return mutateText(random, text, text);
  const name = random.pick(['log2N', 'r', 'p']);
  const value = random.pick([0, 1, 2, 8, 9, 12, 23, 255, 256, random.below(260)]);
  return text.replace(new RegExp(`"${name}": \\d+`), `"${name}": ${value}`);
}
