import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { developmentSeed } from '#client/wallet/keys.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { isSameKey } from '#protocol/crypto/signature.ts';
import {
  type Craft,
  craftedConflict,
  fastCertificate,
  fileOf,
} from '#test/support/crafted-conflict.ts';
import { runWeft } from '#test/support/run-weft.ts';
import { homeFrom } from './home.ts';
import { createNetwork } from './net/create-network.ts';
import { readNetwork } from './network-files.ts';

const path = mkdtempSync(join(tmpdir(), 'weft-evidence-'));
const names = ['validator-1', 'validator-2', 'validator-3', 'validator-4'];
after(() => rmSync(path, { recursive: true }));

interface Scene extends Craft {
  readonly home: string;
  /** By seat. */
  readonly named: readonly (string | undefined)[];
}

/** A network in a home of its own, and its keys. */
async function scene(folder: string): Promise<Scene> {
  const home = homeFrom({ WEFT_HOME: join(path, folder) });
  assert.ok((await createNetwork(home, { seed: 'cheats', validators: 4 })).ok);
  const stored = readNetwork(home);
  assert.ok(stored.ok && stored.value);
  const network = networkFrom(stored.value.genesis);
  assert.ok(network.ok);
  const signers = names.map((name) => ed25519Signer(developmentSeed('cheats', name)));
  const named = network.value.genesis.committee.map(({ publicKey }) => {
    return names[signers.findIndex((one) => isSameKey(one.publicKey, publicKey))];
  });
  return { home: home.path, network: network.value, signers, named };
}

let here: Scene;
let files: readonly [Uint8Array, Uint8Array];

before(async () => {
  here = await scene('here');
  files = await craftedConflict(here);
});

async function evidence(first: Uint8Array, second: Uint8Array, ...more: readonly string[]) {
  const paths = [first, second].map((bytes, index) => {
    const file = join(path, `${index}.full`);
    writeFileSync(file, bytes);
    return file;
  });
  return await runWeft(here.home, ['evidence', ...paths, ...more]);
}

async function refusal(first: Uint8Array, second: Uint8Array) {
  const { code, stdout, stderr } = await evidence(first, second, '--json');
  assert.equal(stdout, '');
  return [code, JSON.parse(stderr).error.kind];
}

test('two conflicting certificates name who signed both, and what they weigh', async () => {
  const { code, stdout } = await evidence(files[1], files[0], '--json');
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), {
    schema: 'weft.evidence/1',
    convicted: [here.named[1], here.named[2]],
    weight: '2',
  });
});

test('people read what each of them did', async () => {
  const { stdout } = await evidence(...files);
  assert.match(stdout, /left the block it had confirmed without a newer quorum/);
  assert.match(stdout, /weight +2 of 4, more than the 1 that may fail/);
});

test('a certificate does not conflict with itself', async () => {
  assert.deepEqual(await refusal(files[0], files[0]), [1, 'no-conflict']);
});

test('a file that was cut off or is something else is refused', async () => {
  assert.deepEqual(await refusal(files[0], files[1].slice(0, -1)), [1, 'malformed-certificate']);
  assert.deepEqual(await refusal(new Uint8Array(), files[1]), [1, 'malformed-certificate']);
});

test("another network's certificates convict nobody here, though the keys are the same", async () => {
  const [first, second] = await craftedConflict(await scene('elsewhere'));
  assert.deepEqual(await refusal(first, second), [1, 'other-network']);
});

test('too few signatures, or a forged one, convict nobody', async () => {
  const few = fileOf(here, await fastCertificate(here, [0, 1]));
  assert.deepEqual(await refusal(few, files[1]), [1, 'not-a-quorum']);
  const certificate = await fastCertificate(here, [0, 1, 2]);
  const signatures = certificate.signatures.map(({ seat, opening, signature }) => {
    const bytes = signature.bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
    return { seat, opening, signature: { ...signature, bytes } };
  });
  const forged = fileOf(here, { ...certificate, signatures });
  assert.deepEqual(await refusal(forged, files[1]), [1, 'invalid-signature']);
});

test('a file that is not there is a fault of its own', async () => {
  const { code, stderr } = await runWeft(here.home, ['evidence', 'a', 'b', '--json']);
  assert.deepEqual([code, JSON.parse(stderr).error.kind], [4, 'no-such-file']);
});
