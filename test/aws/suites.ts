import { startDynamoDbLocal } from './emulators/dynamodb-local.ts';
import { startElasticMq } from './emulators/elasticmq.ts';
import type { Emulator } from './emulators/emulator.ts';
import { startGuardedMiniStack, startMiniStack } from './emulators/ministack.ts';

export type EmulatorName = 'ministack' | 'guarded' | 'dynamodbLocal' | 'elasticmq';

export const emulators: Readonly<Record<EmulatorName, () => Promise<Emulator>>> = {
  ministack: () => startMiniStack(),
  guarded: startGuardedMiniStack,
  dynamodbLocal: startDynamoDbLocal,
  elasticmq: startElasticMq,
};

/** A file of `suites/`, run against each of its emulators. */
export interface Suite {
  readonly name: string;
  readonly on: readonly EmulatorName[];
}

export const suites: readonly Suite[] = [
  { name: 'deployed', on: ['ministack'] },
  { name: 'dynamodb', on: ['ministack', 'dynamodbLocal'] },
  { name: 'dynamodb-faults', on: ['ministack', 'dynamodbLocal'] },
  { name: 'dynamodb-tables', on: ['ministack', 'dynamodbLocal'] },
  { name: 'dynamodb-units', on: ['ministack', 'dynamodbLocal'] },
  { name: 'faulty-committee', on: ['ministack'] },
  { name: 'functions', on: ['ministack'] },
  { name: 'kms', on: ['ministack'] },
  { name: 'lambda', on: ['ministack'] },
  { name: 'operator', on: ['ministack'] },
  { name: 'permissions', on: ['guarded'] },
  { name: 's3', on: ['ministack'] },
  { name: 'service-faults', on: ['ministack'] },
  { name: 'sqs', on: ['ministack', 'elasticmq'] },
  { name: 'sqs-faults', on: ['ministack', 'elasticmq'] },
  { name: 'ssm', on: ['ministack'] },
  { name: 'websocket', on: ['ministack', 'dynamodbLocal'] },
];
