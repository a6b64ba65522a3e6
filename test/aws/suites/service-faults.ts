import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { dataTable } from '#adapters/dynamodb/chain-tables.ts';
import { kmsSigner } from '#adapters/kms/kms-signer.ts';
import { openSeed, sealSeed } from '#adapters/kms/sealed-seed.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { s3Objects } from '#adapters/s3/object-store.ts';
import { pendingPrefix, s3Uploads } from '#adapters/s3/uploads.ts';
import { linkMaker, signedCall } from '#adapters/sigv4/signed-call.ts';
import { ssmParameters } from '#adapters/ssm/parameters.ts';
import { bindStore, loadStoreBinding } from '#adapters/ssm/store-binding.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { tableListeners } from '#adapters/websocket/listeners.ts';
import type { Signer } from '#ports/signer.ts';
import { sha256 } from '#protocol/crypto/hash.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { FaultOptions } from '#test/aws/proxy/seeded-faults.ts';
import { faultyEmulator } from '#test/aws/support/faulty-emulator.ts';
import { openBucket } from '#test/aws/support/opened-bucket.ts';
import { createTable } from '#test/aws/support/opened-tables.ts';
import { persistent } from '#test/aws/support/persistent-store.ts';
import { ownName, tablesClient, targetConfig, targetSigning } from '#test/aws/support/target.ts';
import { listenersContract } from '#test/contracts/listeners.ts';
import { signerContract } from '#test/contracts/signer.ts';
import { bytesNamed } from '#test/support/store-values.ts';

const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing) await close();
});

/** The emulator behind faults, which must have come when the tests are through. */
async function faulty(seed: number, more: Partial<FaultOptions> = {}) {
  const proxy = await faultyEmulator(seed, more);
  closing.push(async () => {
    assert.ok(proxy.spoilt() > 0, 'nothing went wrong');
    await proxy.close();
  });
  return proxy;
}

const policy = { kind: 'validators', clock: systemClock } as const;

for (const seed of [1, 2, 3]) {
  const { url } = await faulty(seed);
  // Hints are not worth a second try of each call: all that a method does is tried again.
  const { url: seldom } = await faulty(seed, { rate: 0.06 });
  const call = (service: string) => signedCall(targetSigning(service));
  const named = (service: string) => `${service} under faults of seed ${seed}`;
  const steady = new KMSClient(targetConfig());
  const client = new KMSClient({ ...targetConfig(), endpoint: url });

  signerContract(
    named('kms'),
    async () => {
      const made = new CreateKeyCommand({
        KeySpec: 'ECC_NIST_EDWARDS25519',
        KeyUsage: 'SIGN_VERIFY',
      });
      const keyId = (await steady.send(made)).KeyMetadata?.KeyId ?? '';
      const { open } = persistent({ open: () => kmsSigner({ client, keyId }) });
      return persistent<Signer>(await open());
    },
    signatureVerifier({ policy }),
  );

  test(`${named('kms')}: a sealed seed opens, and is the one that was sealed`, async () => {
    const keyId = (await steady.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? '';
    const seedBytes = bytesNamed('seed', 32);
    const sealed = await sealSeed({ client: steady, keyId, validator: 'alpha' }, seedBytes);
    const own = { client, keyId, validator: 'alpha' };
    const { open } = persistent({ open: () => openSeed(own, sealed) });
    for (let time = 0; time < 8; time++) assert.deepEqual(await open(), seedBytes);
  });

  test(`${named('ssm')}: a key is bound to one store, whoever learns of it late`, async () => {
    const parameters = ssmParameters({ call: call('ssm'), endpoint: url });
    const bindings = ['one', 'two', 'three'].map((tableId) => ({
      publicKey: 'ab'.repeat(32),
      tableId,
      account: '111122223333',
      region: 'eu-west-1',
    }));
    for (let time = 0; time < 4; time++) {
      const name = `/weft/${randomUUID()}/binding`;
      const store = persistent({
        bind: (binding: (typeof bindings)[number]) => bindStore(parameters, name, binding),
        load: () => loadStoreBinding(parameters, name),
      });
      assert.equal(await store.load(), undefined);
      const bound = await Promise.all(bindings.map(store.bind));
      for (const each of bound) assert.deepEqual(each, await store.load());
    }
  });

  test(`${named('s3')}: objects are there until they are removed, and uploads once admitted`, async () => {
    const bucket = ownName();
    await openBucket(bucket);
    const at = { call: call('s3'), bucketUrl: `${url}/${bucket}`, prefix: 'blobs/' };
    const objects = persistent(s3Objects(at));
    const pending = persistent(s3Objects({ ...at, prefix: pendingPrefix }));
    const uploads = persistent(s3Uploads({ ...at, link: linkMaker(targetSigning('s3')) }));
    for (let count = 0; count < 6; count++) {
      const bytes = bytesNamed(`object ${count}`, 100);
      const expected = { digest: sha256(bytes), length: bytes.length };
      assert.equal(await objects.load(`a/${count}`), undefined);
      assert.equal(await uploads.admit(expected, `b/${count}`), false);
      await objects.put(`a/${count}`, bytes);
      assert.deepEqual(await objects.load(`a/${count}`), bytes);
      await pending.put(hexFromBytes(expected.digest), bytes);
      assert.equal(await uploads.admit(expected, `b/${count}`), true);
      assert.deepEqual(await objects.load(`b/${count}`), bytes);
      await objects.remove(`a/${count}`);
      assert.equal(await objects.load(`a/${count}`), undefined);
    }
  });

  listenersContract(named('websocket'), async (clock) => {
    const table = `weft-${randomUUID()}`;
    await createTable(tablesClient(), table, [dataTable.partitionKey, dataTable.sortKey]);
    return persistent(tableListeners({ client: tablesClient(seldom), table, clock }));
  });
}
