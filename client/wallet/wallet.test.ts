import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryWalletStore, walletRecords } from '#adapters/memory/wallet-store.ts';
import { secp256k1Signer } from '#adapters/node-crypto/secp256k1-signer.ts';
import { ed25519Signer, randomSeed } from '#adapters/node-crypto/signer.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { Genesis } from '#protocol/block/genesis.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { amount, blockHeight, duration, timestamp } from '#protocol/primitives/numbers.ts';
import { granted, refusedAs, testKeys } from '#test/support/client-world.ts';
import { type DevelopmentNetwork, developmentGenesis } from '../genesis.ts';
import { exportWallet, importWallet } from './export-wallet.ts';
import { acceptAll } from './inbox-policy.ts';
import { createWallet, openWallet, type WalletOptions } from './open-wallet.ts';

const cost = { log2N: 4, r: 1, p: 1 };

const network = (): DevelopmentNetwork =>
  developmentGenesis(
    { seed: 'wallets', validators: 4, nonce: testKeys.random(32), time: timestamp(1n) },
    testKeys,
  );

function guarded({ header, rootChains }: Genesis): Genesis {
  return { header: { ...header, development: false }, rootChains };
}

function options(genesis: Genesis, passphrase?: string): WalletOptions {
  const store = memoryWalletStore(systemClock, walletRecords());
  const ask = passphrase === undefined ? undefined : () => Promise.resolve(passphrase);
  return { store, keys: testKeys, network: genesis, cost, passphrase: ask };
}

const secretsIn = async (wallet: WalletOptions): Promise<string> =>
  (await wallet.store.list('')).map(({ bytes }) => Buffer.from(bytes).toString('hex')).join(' ');

test('a development wallet keeps keys as they are, any other network refuses that', async () => {
  const { genesis, chainKeys } = network();
  const plain = options(genesis);
  const wallet = granted(await createWallet(plain));
  const [alice] = chainKeys;
  assert.ok(alice);
  granted(await wallet.addChain({ id: alice.chain, name: 'alice', seed: alice.seed }));
  assert.equal(wallet.isEncrypted, false);
  assert.ok((await secretsIn(plain)).includes(Buffer.from(alice.seed).toString('hex')));
  assert.equal(refusedAs(await createWallet(options(guarded(genesis)))), 'unencrypted-wallet');
});

test('a wallet of unsealed keys is not opened on a network that is none of development', async () => {
  const { genesis } = network();
  const real = guarded(genesis);
  const plain = options(genesis);
  granted(await createWallet(plain));
  assert.equal(refusedAs(await openWallet({ ...plain, network: real })), 'other-network');
});

test('sealed keys open with the passphrase, and leave no trace without it', async () => {
  const genesis = guarded(network().genesis);
  const made = options(genesis, 'correct horse');
  const wallet = granted(await createWallet(made));
  const seed = randomSeed();
  const id = network().chainKeys[0]?.chain;
  assert.ok(id);
  granted(await wallet.addChain({ id, name: 'alice', seed }));
  assert.ok(!(await secretsIn(made)).includes(Buffer.from(seed).toString('hex')));
  const signer = granted(await granted(await openWallet(made)).signerFor(id));
  assert.deepEqual(signer.publicKey, ed25519Signer(seed).publicKey);
  const answers = ['wrong', 'correct horse'];
  const passphrase = () => Promise.resolve(answers.shift() ?? '');
  const again = granted(await openWallet({ ...made, passphrase }));
  assert.equal(refusedAs(await again.signerFor(id)), 'wrong-passphrase');
  granted(await again.signerFor(id));
  granted(await again.signerFor(id));
  const mute = granted(await openWallet({ ...made, passphrase: undefined }));
  assert.equal(refusedAs(await mute.signerFor(id)), 'wrong-passphrase');
});

test('a wallet is made once, and belongs to one network', async () => {
  const made = options(network().genesis);
  assert.equal(refusedAs(await openWallet(made)), 'malformed-wallet');
  granted(await createWallet(made));
  assert.equal(refusedAs(await createWallet(made)), 'wallet-exists');
  assert.equal(
    refusedAs(await openWallet({ ...made, network: network().genesis })),
    'other-network',
  );
});

test('a chain goes by its name, its id, or a prefix that only it has', async () => {
  const { genesis, chainKeys } = network();
  const wallet = granted(await createWallet(options(genesis)));
  for (const { chain, name, seed } of chainKeys) {
    granted(await wallet.addChain({ id: chain, name, seed }));
  }
  const [alice, bob] = chainKeys;
  assert.ok(alice && bob);
  const resolve = async (text: string) => granted(await wallet.resolveChain(text));
  assert.equal(await resolve('alice'), alice.chain);
  assert.equal(await resolve(bob.chain), bob.chain);
  assert.equal(await resolve(bob.chain.slice(0, 12)), bob.chain);
  assert.equal(refusedAs(await wallet.resolveChain('dave')), 'unknown-name');
  assert.equal(refusedAs(await wallet.resolveChain(bob.chain.slice(0, 3))), 'unknown-name');
  const twin = `${bob.chain.slice(0, 8)}${'0'.repeat(56)}` as typeof bob.chain;
  granted(await wallet.addChain({ id: twin, name: 'twin', seed: undefined }));
  const ambiguous = await wallet.resolveChain(bob.chain.slice(0, 6));
  assert.equal(refusedAs(ambiguous), 'ambiguous-name');
  assert.ok(!ambiguous.ok && /bob.*twin|twin.*bob/.test(ambiguous.error.expected));
  const taken = await wallet.addChain({ id: twin, name: 'alice', seed: undefined });
  assert.equal(refusedAs(taken), 'name-taken');
  for (const name of ['', 'Alice', 'a'.repeat(33), 'beef', '1st', 'a b', '../x']) {
    const refused = await wallet.addChain({ id: twin, name, seed: undefined });
    assert.equal(refusedAs(refused), 'invalid-name');
  }
  assert.equal(refusedAs(await wallet.signerFor(twin)), 'not-our-chain');
  assert.deepEqual(
    (await wallet.chains()).filter(({ isDefault }) => isDefault).map(({ name }) => name),
    ['alice'],
  );
});

test('an export moves chains and keys, and turns fast rounds off', async () => {
  const { genesis, chainKeys } = network();
  const wallet = granted(await createWallet(options(genesis)));
  for (const { chain, name, seed } of chainKeys) {
    granted(await wallet.addChain({ id: chain, name, seed }));
  }
  const [alice, bob] = chainKeys;
  assert.ok(alice && bob);
  await wallet.setFast(alice.chain, blockHeight(0n));
  await wallet.setDefault(bob.chain);
  const text = granted(await exportWallet(wallet, { passphrase: 'p', keys: testKeys, cost }));
  assert.ok(!text.includes(Buffer.from(alice.seed).toString('hex')));
  const fresh = { ...options(genesis), exportPassphrase: 'p' };
  const moved = granted(await importWallet(text, fresh));
  const chains = await moved.chains();
  assert.deepEqual(chains.map(({ name }) => name).sort(), ['alice', 'bob', 'carol']);
  assert.ok(chains.every(({ fast }) => fast === undefined));
  assert.equal(chains.find(({ isDefault }) => isDefault)?.name, 'bob');
  const signer = granted(await moved.signerFor(alice.chain));
  assert.deepEqual(signer.publicKey, ed25519Signer(alice.seed).publicKey);
});

test('an export that was changed, or is of another network, is refused', async () => {
  const { genesis, chainKeys } = network();
  const wallet = granted(await createWallet(options(genesis)));
  const [alice] = chainKeys;
  assert.ok(alice);
  granted(await wallet.addChain({ id: alice.chain, name: 'alice', seed: alice.seed }));
  const text = granted(await exportWallet(wallet, { passphrase: 'p', keys: testKeys, cost }));
  const imported = async (changed: string, exportPassphrase = 'p', into = genesis) =>
    refusedAs(await importWallet(changed, { ...options(into), exportPassphrase }));
  const json = JSON.parse(text);
  const withField = (field: string, value: unknown) => JSON.stringify({ ...json, [field]: value });
  assert.equal(await imported(text, 'q'), 'wrong-passphrase');
  assert.equal(await imported(text, 'p', network().genesis), 'other-network');
  assert.equal(await imported('{'), 'malformed-wallet');
  assert.equal(await imported(withField('more', 1)), 'malformed-wallet');
  const flipped = json.sealed.replace(/^./, (digit: string) => (digit === '0' ? '1' : '0'));
  assert.equal(await imported(withField('sealed', flipped)), 'wrong-passphrase');
  assert.equal(await imported(withField('sealed', `${json.sealed}0`)), 'malformed-wallet');
  const costly = { ...json.stretching, log2N: 40 };
  assert.equal(await imported(withField('stretching', costly)), 'malformed-wallet');
});

test('keys of EVM owners, and keys without a chain, are kept and exported like others', async () => {
  const { genesis, chainKeys } = network();
  const made = options(genesis, 'correct horse');
  const wallet = granted(await createWallet(made));
  const [alice] = chainKeys;
  assert.ok(alice);
  const seed = randomSeed();
  const owner = granted(await wallet.addKey({ kind: 'secp256k1-eip191', seed }));
  assert.equal(owner.kind, 'evm');
  assert.ok(!(await secretsIn(made)).includes(Buffer.from(seed).toString('hex')));
  const spare = granted(await wallet.addKey({ kind: 'ed25519', seed: alice.seed }));
  granted(await wallet.assignChain({ id: alice.chain, name: 'evm', owner }));
  const text = granted(await exportWallet(wallet, { passphrase: 'p', keys: testKeys, cost }));
  const moved = granted(await importWallet(text, { ...options(genesis), exportPassphrase: 'p' }));
  const signer = granted(await moved.signerFor(alice.chain));
  assert.deepEqual(signer.publicKey, secp256k1Signer(seed).publicKey);
  assert.deepEqual(await moved.keyring.owners(), await wallet.keyring.owners());
  assert.deepEqual(granted(await moved.keyring.seed(spare)), { kind: 'ed25519', seed: alice.seed });
});

test('a chain is assigned to keys of the wallet only, and begins without fast rounds', async () => {
  const { genesis, chainKeys } = network();
  const wallet = granted(await createWallet(options(genesis)));
  const [alice, bob] = chainKeys;
  assert.ok(alice && bob);
  const { chain: id, name } = alice;
  granted(await wallet.addChain({ id, name, seed: alice.seed }));
  await wallet.setFast(id, blockHeight(3n));
  const owner = ownerOf(ed25519Signer(bob.seed).publicKey);
  assert.equal(refusedAs(await wallet.assignChain({ id, name, owner })), 'not-our-chain');
  const before = (await wallet.record(id))?.owner;
  assert.ok(before);
  granted(await wallet.assignChain({ id, name: 'again', owner: before }));
  assert.equal((await wallet.record(id))?.fast?.from, 3n);
  granted(await wallet.addKey({ kind: 'ed25519', seed: bob.seed }));
  granted(await wallet.assignChain({ id, name, owner }));
  assert.deepEqual(await wallet.record(id), { name, owner, fast: undefined });
});

test('a chain is locked by one holder at a time', async () => {
  const made = options(network().genesis);
  const wallet = granted(await createWallet(made));
  const id = network().chainKeys[0]?.chain;
  assert.ok(id);
  const lock = granted(await wallet.lock(id));
  assert.equal(refusedAs(await wallet.lock(id, duration(1_000n))), 'wallet-busy');
  await lock.release();
  await granted(await wallet.lock(id)).release();
});

test('keys follow from the seed, chain ids and the network from the nonce too', () => {
  const [one, other] = [network(), network()];
  assert.deepEqual(one.validatorSeeds, other.validatorSeeds);
  assert.deepEqual(
    one.chainKeys.map(({ seed }) => seed),
    other.chainKeys.map(({ seed }) => seed),
  );
  assert.notEqual(one.chainKeys[0]?.chain, other.chainKeys[0]?.chain);
  assert.equal(one.chainKeys[0]?.balance, amount(100n * 10n ** 18n));
});

test('a chain that is forgotten leaves its key, and a key that is forgotten leaves its chains', async () => {
  const { genesis, chainKeys } = network();
  const made = options(genesis);
  const wallet = granted(await createWallet(made));
  const [alice, bob] = chainKeys;
  assert.ok(alice && bob);
  granted(await wallet.addChain({ id: alice.chain, name: 'alice', seed: alice.seed }));
  granted(await wallet.addChain({ id: bob.chain, name: 'bob', seed: bob.seed }));
  await wallet.forgetChain(alice.chain);
  assert.deepEqual(
    (await wallet.chains()).map(({ name, isDefault }) => [name, isDefault]),
    [['bob', false]],
  );
  assert.equal((await wallet.keyring.owners()).length, 2);
  const { owner } = (await wallet.record(bob.chain)) ?? {};
  assert.ok(owner);
  granted(await wallet.signerFor(bob.chain));
  await wallet.forgetKey(owner);
  assert.deepEqual(await wallet.record(bob.chain), {
    name: 'bob',
    owner: undefined,
    fast: undefined,
  });
  assert.equal(refusedAs(await wallet.signerFor(bob.chain)), 'not-our-chain');
  assert.equal(refusedAs(await wallet.keyring.signer(owner)), 'not-our-chain');
  assert.ok(!(await secretsIn(made)).includes(Buffer.from(bob.seed).toString('hex')));
});

test("an inbox's policy is kept, exported with its chain, and forgotten with it", async () => {
  const { genesis, chainKeys } = network();
  const wallet = granted(await createWallet(options(genesis)));
  const [alice, bob] = chainKeys;
  assert.ok(alice && bob);
  granted(await wallet.addChain({ id: alice.chain, name: 'alice', seed: alice.seed }));
  assert.deepEqual(await wallet.inboxPolicy(alice.chain), acceptAll);
  const policy = { ...acceptAll, rule: { kind: 'reject' }, allow: [bob.chain] } as const;
  await wallet.setInboxPolicy(alice.chain, policy);
  const text = granted(await exportWallet(wallet, { passphrase: 'p', keys: testKeys, cost }));
  const moved = granted(await importWallet(text, { ...options(genesis), exportPassphrase: 'p' }));
  assert.deepEqual(await moved.inboxPolicy(alice.chain), policy);
  await moved.forgetChain(alice.chain);
  assert.deepEqual(await moved.inboxPolicy(alice.chain), acceptAll);
});
