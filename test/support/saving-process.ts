import { openBoundSigner } from '#adapters/sqlite/bound-signer.ts';
import { openSqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { emptyWrite } from '#ports/chain-store.ts';
import type { Signer } from '#ports/signer.ts';
import {
  blockNamed,
  chainNamed,
  headAt,
  markOf,
  pieceNamed,
  rowFrom,
} from '#test/support/store-values.ts';

/** A program to be killed: `store path, key path`. Prints `chain version` after each save. */
const [storePath = '', keyPath = ''] = process.argv.slice(2);
const names = ['alice', 'bob', 'carol', 'dave'];

const signerFromSeed = (seed: Uint8Array): Signer => ({
  publicKey: { scheme: 'ed25519', bytes: seed },
  sign: (message) => Promise.resolve({ scheme: 'ed25519', bytes: message }),
});

const store = openSqliteChainStore(storePath, { sharing: 'exclusive' });
const newSeed = () => new Uint8Array(32);
const signer = openBoundSigner({ keyPath, run: store.run, signerFromSeed, newSeed });
process.stdout.write((await signer.isBound()) ? 'bound\n' : 'unbound\n');

async function saveForEver(name: string): Promise<void> {
  const chain = chainNamed(name);
  for (;;) {
    const { version } = await store.loadHead(chain);
    const saved = await store.save(chain, version, {
      ...emptyWrite,
      pieces: [pieceNamed(`${name} ${version}`)],
      blocks: [blockNamed(`${name} ${version}`, version)],
      rows: [rowFrom(chainNamed('bob'), chain, version)],
      owed: markOf(chain, version + 1, version),
      head: headAt(chain, version + 1),
    });
    if (saved.kind !== 'saved') throw new Error(`${name} ${version}: ${saved.kind}`);
    process.stdout.write(`${name} ${version + 1}\n`);
  }
}

await Promise.all(names.map(saveForEver));
