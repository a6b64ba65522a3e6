import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { dataTable, headsTable } from '#adapters/dynamodb/chain-tables.ts';
import { fusesOf, unitsOfTables } from '../config/fuses.ts';
import { parametersOf, type ValidatorConfig } from '../config/validator-config.ts';

/** Under which names other stacks find what they may reach into. */
export function exportsOf({ name }: ValidatorConfig) {
  return { blobs: `weft-${name}-blobs`, heads: `weft-${name}-heads` } as const;
}

export interface StateStackProps extends StackProps {
  readonly config: ValidatorConfig;
}

/** What a validator must never lose: it is kept when the stack is deleted. */
export class StateStack extends Stack {
  readonly heads: dynamodb.Table;
  readonly data: dynamodb.Table;
  readonly bucket: s3.Bucket;
  /** Who asked the bucket, and the edge if there is one: nobody else knows. */
  readonly access: s3.Bucket;
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, props: StateStackProps) {
    super(scope, id, { ...props, terminationProtection: props.config.stage === 'production' });
    const { config } = props;
    const { writeUnits, readUnits } = fusesOf(config);
    const kept = {
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const [writes, reads] = [unitsOfTables(writeUnits), unitsOfTables(readUnits)];
    this.heads = new dynamodb.Table(this, 'Heads', {
      ...kept,
      partitionKey: { name: headsTable.key, type: dynamodb.AttributeType.BINARY },
      stream: dynamodb.StreamViewType.NEW_IMAGE,
      maxWriteRequestUnits: writes.heads,
      maxReadRequestUnits: reads.heads,
    });
    this.data = new dynamodb.Table(this, 'Data', {
      ...kept,
      partitionKey: { name: dataTable.partitionKey, type: dynamodb.AttributeType.BINARY },
      sortKey: { name: dataTable.sortKey, type: dynamodb.AttributeType.BINARY },
      maxWriteRequestUnits: writes.data,
      maxReadRequestUnits: reads.data,
    });
    this.access = accessBucket(this, config);
    this.bucket = blobBucket(this, this.access);
    this.key = validatorKey(this, config);
    const { blobs, heads } = exportsOf(config);
    this.exportValue(this.bucket.bucketArn, { name: blobs });
    this.exportValue(this.heads.tableArn, { name: heads });
    this.tell(config);
  }

  /** `weft validator init` and `doctor` read these; the names are the configuration's alone. */
  private tell(config: ValidatorConfig): void {
    const at = parametersOf(config);
    const told = {
      Heads: [at.heads, this.heads.tableName],
      Data: [at.data, this.data.tableName],
      Bucket: [at.bucket, this.bucket.bucketName],
      Key: [at.keyArn, this.key.keyArn],
    } as const;
    for (const [name, [parameterName, stringValue]] of Object.entries(told)) {
      new StringParameter(this, `${name}Parameter`, { parameterName, stringValue });
      new CfnOutput(this, `${name}Name`, { value: stringValue });
    }
  }
}

const closed = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN,
} as const;

/** Logs are kept as long as those of functions. CloudFront owns what it writes until it is here. */
function accessBucket(scope: Construct, { logDays }: ValidatorConfig): s3.Bucket {
  return new s3.Bucket(scope, 'Access', {
    ...closed,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
    lifecycleRules: [{ expiration: Duration.days(logDays) }],
  });
}

function blobBucket(scope: Construct, access: s3.Bucket): s3.Bucket {
  return new s3.Bucket(scope, 'Blobs', {
    ...closed,
    serverAccessLogsBucket: access,
    serverAccessLogsPrefix: 'blobs/',
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [
      { prefix: 'pending/', expiration: Duration.days(1) },
      { abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  });
}

/** One key: it encrypts the validator's seed, or is itself what the validator votes with. */
function validatorKey(scope: Construct, { key, name }: ValidatorConfig): kms.Key {
  const kept = {
    removalPolicy: RemovalPolicy.RETAIN,
    description: `of the weft validator ${name}`,
  };
  if (key === 'envelope') return new kms.Key(scope, 'Key', { ...kept, enableKeyRotation: true });
  return new kms.Key(scope, 'VotingKey', {
    ...kept,
    keySpec: kms.KeySpec.ECC_NIST_EDWARDS25519,
    keyUsage: kms.KeyUsage.SIGN_VERIFY,
  });
}
