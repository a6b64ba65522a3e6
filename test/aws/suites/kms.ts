import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { kmsSigner } from '#adapters/kms/kms-signer.ts';
import { openSeed, sealSeed } from '#adapters/kms/sealed-seed.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { awsLimits } from '#ports/aws-limits.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { removeAtEnd } from '#test/aws/support/left-behind.ts';
import { ownName, targetConfig } from '#test/aws/support/target.ts';
import { signerContract } from '#test/contracts/signer.ts';
import { bytesNamed } from '#test/support/store-values.ts';

const client = new KMSClient(targetConfig());
const policy = { kind: 'validators', clock: systemClock } as const;

async function newKey(input: CreateKeyCommandInput): Promise<string> {
  const Description = ownName();
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ ...input, Description }));
  const KeyId = KeyMetadata?.KeyId ?? '';
  // A key that waits for its end costs nothing.
  const end = { KeyId, PendingWindowInDays: 7 };
  removeAtEnd(() => client.send(new ScheduleKeyDeletionCommand(end)));
  return KeyId;
}

const signing = { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' } as const;

signerContract(
  'kms',
  async () => await kmsSigner({ client, keyId: await newKey(signing) }),
  signatureVerifier({ policy }),
);

test('kms: a key of another kind signs no votes', async () => {
  const keyId = await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  await assert.rejects(kmsSigner({ client, keyId }), StoreFault);
  await assert.rejects(kmsSigner({ client, keyId: 'none' }), StoreFault);
});

const seed = bytesNamed('seed', 32);

async function sealed() {
  const own = { client, keyId: await newKey({}), validator: 'alpha' };
  return { own, text: await sealSeed(own, seed) };
}

test('kms: a sealed seed fits a parameter, and opens for its own validator only', async () => {
  const { own, text } = await sealed();
  assert.ok(text.length <= awsLimits.ssm.standardParameterBytes);
  assert.deepEqual(await openSeed(own, text), seed);
  await assert.rejects(openSeed({ ...own, validator: 'beta' }, text), StoreFault);
});

test('kms: a sealed seed opens with no other key', async () => {
  const { own, text } = await sealed();
  await assert.rejects(openSeed({ ...own, keyId: await newKey({}) }, text), StoreFault);
});

test('kms: a sealed seed that was altered does not open', async () => {
  const { own, text } = await sealed();
  const bytes = Buffer.from(text, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await assert.rejects(openSeed(own, bytes.toString('base64')), StoreFault);
});
