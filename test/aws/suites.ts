/** What a suite can run on: emulators that we start, one that runs already, and AWS itself. */
export type TargetName =
  | 'ministack'
  | 'guarded'
  | 'dynamodbLocal'
  | 'elasticmq'
  | 'localstack'
  | 'aws';

/** A file of `suites/`, and all that it makes sense on. */
export interface Suite {
  readonly name: string;
  readonly on: readonly TargetName[];
}

/** Whole clouds: what needs no emulator of ours runs on each. */
const everywhere = ['ministack', 'localstack', 'aws'] as const;

/** Faults are put before emulators alone: what is signed for AWS cannot go through a proxy. */
export const suites: readonly Suite[] = [
  { name: 'deployed', on: everywhere },
  // Not steady: deployed validators that are refused calls fall behind, and CI leaves it out.
  { name: 'disturbed', on: everywhere },
  { name: 'dynamodb', on: [...everywhere, 'dynamodbLocal'] },
  { name: 'dynamodb-faults', on: ['ministack', 'localstack', 'dynamodbLocal'] },
  { name: 'dynamodb-tables', on: [...everywhere, 'dynamodbLocal'] },
  { name: 'dynamodb-units', on: [...everywhere, 'dynamodbLocal'] },
  // What types of resources an emulator refuses is known of MiniStack.
  { name: 'everything', on: ['ministack'] },
  { name: 'faulty-committee', on: ['ministack', 'localstack'] },
  { name: 'functions', on: ['ministack', 'localstack'] },
  { name: 'kms', on: everywhere },
  // Its functions are told where the emulator is, which no container could reach.
  { name: 'lambda', on: ['ministack'] },
  { name: 'operator', on: ['ministack'] },
  { name: 'permissions', on: ['guarded'] },
  { name: 's3', on: everywhere },
  { name: 'service-faults', on: ['ministack', 'localstack'] },
  { name: 'sqs', on: [...everywhere, 'elasticmq'] },
  { name: 'sqs-faults', on: ['ministack', 'localstack', 'elasticmq'] },
  { name: 'ssm', on: everywhere },
  { name: 'websocket', on: [...everywhere, 'dynamodbLocal'] },
];
