import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fusesOf } from '#infra/config/fuses.ts';
import { sampleConfig } from './sample-config.ts';
import { resources, synthesised } from './synthesised.ts';

const { stage, state, compute } = synthesised();
const tables = [...resources(state, 'AWS::DynamoDB::Table')];
const listeners = [...resources(compute, 'AWS::DynamoDB::Table').values()][0]!.Properties;
const bucketNamed = (name: string) =>
  [...resources(state, 'AWS::S3::Bucket')].find(([id]) => id.startsWith(name))![1];
const only = (type: string) => [...resources(state, type).values()][0]!;

test('both tables survive their stack, can be restored and cannot be deleted by accident', () => {
  assert.equal(tables.length, 2);
  for (const [, { DeletionPolicy, Properties }] of tables) {
    assert.equal(DeletionPolicy, 'Retain');
    assert.equal(Properties.DeletionProtectionEnabled, true);
    assert.equal(Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled, true);
    assert.equal(Properties.BillingMode, 'PAY_PER_REQUEST');
    assert.equal(Properties.GlobalSecondaryIndexes, undefined);
  }
  assert.equal(stage.state.terminationProtection, true);
});

test('heads and data never end, and listeners, in a table of their own, do', () => {
  for (const [, { Properties }] of tables) {
    assert.equal(Properties.TimeToLiveSpecification, undefined);
  }
  const { AttributeName, Enabled } = listeners.TimeToLiveSpecification;
  assert.deepEqual([AttributeName, Enabled], ['ttl', true]);
});

test('only heads have a stream, and each table a fuse of its own', () => {
  const heads = tables.find(([id]) => id.startsWith('Heads'))![1].Properties;
  const data = tables.find(([id]) => id.startsWith('Data'))![1].Properties;
  assert.equal(data.StreamSpecification, undefined);
  assert.equal(heads.StreamSpecification.StreamViewType, 'NEW_IMAGE');
  const { writeUnits, readUnits } = fusesOf(sampleConfig);
  const sum = (unit: string) =>
    [heads, data, listeners].reduce((units, each) => units + each.OnDemandThroughput[unit], 0);
  assert.equal(sum('MaxWriteRequestUnits'), writeUnits);
  assert.equal(sum('MaxReadRequestUnits'), readUnits);
});

test('the bucket is private, encrypted, and forgets uploads that nobody admitted', () => {
  const { DeletionPolicy, Properties } = bucketNamed('Blobs');
  assert.equal(DeletionPolicy, 'Retain');
  assert.deepEqual(
    new Set(Object.values(Properties.PublicAccessBlockConfiguration)),
    new Set([true]),
  );
  assert.ok(Properties.BucketEncryption);
  const rules: { readonly Prefix?: string; readonly ExpirationInDays?: number }[] =
    Properties.LifecycleConfiguration.Rules;
  assert.deepEqual(
    rules.filter((each) => each.ExpirationInDays).map(({ Prefix }) => Prefix),
    ['pending/'],
  );
});

test('who asked the bucket is logged, for as long as functions log', () => {
  assert.ok(bucketNamed('Blobs').Properties.LoggingConfiguration.DestinationBucketName);
  const { DeletionPolicy, Properties } = bucketNamed('Access');
  assert.equal(DeletionPolicy, 'Retain');
  assert.equal(Properties.LifecycleConfiguration.Rules[0].ExpirationInDays, sampleConfig.logDays);
});

test('the key survives, and rotates where it only seals', () => {
  const sealing = only('AWS::KMS::Key');
  assert.equal(sealing.DeletionPolicy, 'Retain');
  assert.equal(sealing.Properties.EnableKeyRotation, true);
  const signing = [
    ...resources(synthesised({ key: 'kms-sign' }).state, 'AWS::KMS::Key').values(),
  ][0]!;
  assert.equal(signing.Properties.KeySpec, 'ECC_NIST_EDWARDS25519');
  assert.equal(signing.Properties.KeyUsage, 'SIGN_VERIFY');
  assert.equal(signing.DeletionPolicy, 'Retain');
});
