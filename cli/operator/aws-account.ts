import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { bindingOf } from '#adapters/dynamodb/bound-signer.ts';
import { dynamoChainStore } from '#adapters/dynamodb/chain-store.ts';
import type { TableNames } from '#adapters/dynamodb/chain-tables.ts';
import { type NewestHeads, newestHeads } from '#adapters/dynamodb/newest-heads.ts';
import { dynamoClient } from '#adapters/dynamodb/table-calls.ts';
import { kmsSigner } from '#adapters/kms/kms-signer.ts';
import { openSeed, sealSeed } from '#adapters/kms/sealed-seed.ts';
import { s3Objects } from '#adapters/s3/object-store.ts';
import { signedCall } from '#adapters/sigv4/signed-call.ts';
import { ssmParameters } from '#adapters/ssm/parameters.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { ValidatorConfig } from '#infra/config/validator-config.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { StoreBinding } from '#ports/store-binding.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { WebAnswer, WebRequest } from '#ports/web-call.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';

/** One validator's account and region, as the operator's credentials reach it. */
export interface AwsAccount {
  readonly parameters: ReturnType<typeof ssmParameters>;
  /** Whose credentials these are, and how far this machine's clock is from AWS's. */
  identity(): Promise<{ readonly account: string; readonly skewMs: number }>;
  /** Functions that may run at a time in this account and region. */
  concurrency(): Promise<number>;
  seal(keyId: string, seed: Uint8Array): Promise<string>;
  open(keyId: string, sealed: string): Promise<Uint8Array>;
  /** Of a key that never leaves KMS. */
  votingKey(keyId: string): Promise<PublicKey>;
  /** What a key of this validator may be bound to. */
  binding(heads: string, publicKey: PublicKey): Promise<StoreBinding>;
  /** What the operator puts beside the blobs. */
  files(bucket: string): ObjectStore;
  queues(): SQSClient;
  /** What the validator keeps, and which of its chains moved last. */
  store(tables: TableNames, bucket: string): AwsStore;
}

export interface AwsStore {
  readonly store: NodeStore;
  newestChains(most: number): Promise<NewestHeads>;
}

const requestHandler = {
  connectionTimeout: 2_000,
  requestTimeout: 10_000,
  throwOnRequestTimeout: true,
};
const utf8 = { encode: (text: string) => new TextEncoder().encode(text), decode: textOf };

/** Emulators answer at one address, which the environment names as it does for AWS's own tools. */
export function awsAccount(
  { region, name }: Pick<ValidatorConfig, 'region' | 'name'>,
  env: Readonly<Record<string, string | undefined>>,
): AwsAccount {
  const emulator = env.AWS_ENDPOINT_URL;
  const endpointOf = (service: string) => emulator ?? `https://${service}.${region}.amazonaws.com`;
  const dynamo = dynamoClient({ region, endpoint: endpointOf('dynamodb') });
  const credentials = () => dynamo.config.credentials();
  const call = (service: string) =>
    signedCall({ service, region, credentials, clock: systemClock, deadlineMs: 10_000 });
  const kms = () =>
    new KMSClient({ region, endpoint: endpointOf('kms'), credentials, requestHandler });
  const objectsIn = (bucket: string, prefix: string) => {
    const bucketUrl =
      emulator === undefined
        ? `https://${bucket}.s3.${region}.amazonaws.com`
        : `${emulator}/${bucket}`;
    return s3Objects({ call: call('s3'), bucketUrl, prefix });
  };
  const sealing = (keyId: string) => ({ client: kms(), keyId, validator: name });
  return {
    parameters: ssmParameters({ call: call('ssm'), endpoint: endpointOf('ssm') }),
    async identity() {
      const asked: WebRequest = {
        method: 'POST',
        url: `${endpointOf('sts')}/`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: utf8.encode('Action=GetCallerIdentity&Version=2011-06-15'),
      };
      const answer = await call('sts')(asked);
      const [, account] = /<Account>(\d{12})</.exec(utf8.decode(answer)) ?? [];
      if (!account) throw new StoreFault(`STS: status ${answer.status}`);
      return { account, skewMs: skewOf(answer) };
    },
    async concurrency() {
      const url = `${endpointOf('lambda')}/2016-08-19/account-settings/`;
      const nothing = new Uint8Array(0);
      const answer = await call('lambda')({ method: 'GET', url, headers: {}, body: nothing });
      const [, most] = /"ConcurrentExecutions":\s*(\d+)/.exec(utf8.decode(answer)) ?? [];
      if (most === undefined) throw new StoreFault(`Lambda: status ${answer.status}`);
      return Number(most);
    },
    seal: (keyId, seed) => sealSeed(sealing(keyId), seed),
    open: (keyId, sealed) => openSeed(sealing(keyId), sealed),
    votingKey: async (keyId) => (await kmsSigner({ client: kms(), keyId })).publicKey,
    binding: (heads, publicKey) => bindingOf(dynamo, { heads, data: heads }, { publicKey }),
    files: (bucket) => objectsIn(bucket, 'network/'),
    store(tables, bucket) {
      const store = { client: dynamo, tables, objects: objectsIn(bucket, 'blobs/') };
      return {
        store: dynamoChainStore(store),
        newestChains: (most) => newestHeads(store, most),
      };
    },
    queues() {
      const endpoint = endpointOf('sqs');
      const options = { region, endpoint, credentials, requestHandler };
      return new SQSClient({ ...options, useQueueUrlAsEndpoint: false });
    },
  };
}

function textOf({ body }: WebAnswer): string {
  return new TextDecoder().decode(body);
}

/** AWS says its time in whole seconds, so half a second of difference says nothing. */
function skewOf({ headers }: WebAnswer): number {
  const told = Date.parse(headers.date ?? '');
  return Number.isNaN(told) ? 0 : Date.now() - (told + 500);
}
