import {
  DeleteTableCommand,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { parametersOf } from '#infra/config/validator-config.ts';
import { targetVariable } from '../target-variables.ts';
import { deleteParameter } from './deleted-parameter.ts';
import { removeBucket } from './opened-bucket.ts';
import type { OperatorDesk } from './operator-desk.ts';
import { stackResources } from './stacks.ts';
import { bucketUrlOf, tablesClient, targetConfig } from './target.ts';

const targetsThatStay: ReadonlySet<string> = new Set(['localstack', 'aws']);

/** Whether the target outlives the suite, so that what was made there has to be removed. */
export function isTargetKept(): boolean {
  return targetsThatStay.has(process.env[targetVariable] ?? '');
}

/** Removes all of a validator, what its stacks keep for good as well. */
export async function tearDown(validator: string, desk: OperatorDesk): Promise<void> {
  const kept = await stackResources(`${validator}-State`);
  const named = (wanted: string) =>
    kept.filter(({ type }) => type === wanted).map(({ physicalId }) => physicalId);
  await desk.cdk('destroy', `${validator}/*`, '--force');
  for (const table of named('AWS::DynamoDB::Table')) await removeKeptTable(table);
  for (const bucket of named('AWS::S3::Bucket')) await removeBucket(bucketUrlOf(bucket));
  const kms = new KMSClient(targetConfig());
  for (const KeyId of named('AWS::KMS::Key')) {
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  }
  const { key, binding } = parametersOf({ name: validator });
  for (const name of [key, binding]) await deleteParameter(name);
}

async function removeKeptTable(TableName: string): Promise<void> {
  const client = tablesClient();
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await waitUntilTableExists({ client, minDelay: 1, maxDelay: 2, maxWaitTime: 120 }, { TableName });
  await client.send(new DeleteTableCommand({ TableName }));
}
