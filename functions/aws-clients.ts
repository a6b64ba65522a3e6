import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoClient } from '#adapters/dynamodb/table-calls.ts';
import { linkMaker, type SignedCallOptions, signedCall } from '#adapters/sigv4/signed-call.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { environmentCredentials } from './credentials.ts';
import type { SharedEnvironment } from './environment.ts';

const requestMsDefault = 3_000;

type Region = Pick<SharedEnvironment, 'AWS_REGION' | 'AWS_ENDPOINT_URL'>;

/**
 * What every client of this function is made of. The endpoint is always said: the SDK would take
 * a queue's own address for it, wherever that points.
 */
export function awsClients(
  { AWS_REGION: region, AWS_ENDPOINT_URL: emulator }: Region,
  requestMs = requestMsDefault,
) {
  // The SDK's own HTTP time-outs are for ever, and what takes too long is only warned of.
  const requestHandler = {
    connectionTimeout: 1_000,
    requestTimeout: requestMs,
    throwOnRequestTimeout: true,
  };
  const endpointOf = (service: string) => emulator ?? `https://${service}.${region}.amazonaws.com`;
  const config = (service: string) => ({
    region,
    endpoint: endpointOf(service),
    credentials: environmentCredentials,
  });
  const signing = (service: string): SignedCallOptions => ({
    service,
    region,
    credentials: environmentCredentials,
    clock: systemClock,
  });
  return {
    dynamo: () => dynamoClient(config('dynamodb')),
    sqs: () =>
      new SQSClient({
        ...config('sqs'),
        useQueueUrlAsEndpoint: false,
        requestHandler,
        maxAttempts: 2,
      }),
    kms: () => new KMSClient({ ...config('kms'), requestHandler, maxAttempts: 2 }),
    call: (service: string) => signedCall(signing(service)),
    link: (service: string) => linkMaker(signing(service)),
    endpointOf,
    emulator,
    /** Of a bucket: emulators have no name for it. */
    bucketUrl: (bucket: string) =>
      emulator === undefined
        ? `https://${bucket}.s3.${region}.amazonaws.com`
        : `${emulator}/${bucket}`,
  };
}

export type AwsClients = ReturnType<typeof awsClients>;
