import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoClient } from '#adapters/dynamodb/table-calls.ts';
import type { Credentials } from '#adapters/sigv4/sign.ts';
import { type SignedCallOptions, signedCall } from '#adapters/sigv4/signed-call.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { WebCall } from '#ports/web-call.ts';
import { emulatorCredentials, endpointVariable, runVariable } from '../target-variables.ts';

const emulatorRegion = 'us-east-1';
/** Its one address is for all regions, and what is signed for it is signed for this one. */
const iamRegion = 'us-east-1';

/** Where an emulator under test listens; AWS has an address for each service. */
export function emulatorUrl(): string | undefined {
  return process.env[endpointVariable];
}

/** The same, for what is done with an emulator alone. */
export function theEmulator(): string {
  const url = emulatorUrl();
  if (url === undefined) throw new Error(`${endpointVariable} is not set`);
  return url;
}

/** The region of what is under test. */
export function targetRegion(): string {
  if (emulatorUrl() !== undefined) return emulatorRegion;
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const region = AWS_REGION ?? AWS_DEFAULT_REGION;
  if (region === undefined) throw new Error('neither an emulator nor AWS_REGION is set');
  return region;
}

/** What SDK clients of what is under test are made of. */
export function targetConfig() {
  const endpoint = emulatorUrl();
  const region = targetRegion();
  // Left alone, the SDK looks where AWS's own tools do: variables, profiles, single sign-on.
  return endpoint === undefined
    ? { region }
    : { endpoint, region, credentials: emulatorCredentials };
}

/** Where a service listens, without a slash behind it. */
export function serviceUrl(service: string): string {
  const region = service === 'iam' ? '' : `.${targetRegion()}`;
  return emulatorUrl() ?? `https://${service}${region}.amazonaws.com`;
}

/** Where a bucket is: emulators have no name for it. */
export function bucketUrlOf(bucket: string): string {
  const emulator = emulatorUrl();
  return emulator === undefined
    ? `https://${bucket}.s3.${targetRegion()}.amazonaws.com`
    : `${emulator}/${bucket}`;
}

/** A client of tables; with `endpoint`, of what stands before an emulator. */
export function tablesClient(endpoint?: string): DynamoDBClient {
  return dynamoClient({ ...targetConfig(), ...(endpoint !== undefined && { endpoint }) });
}

let asked: DynamoDBClient | undefined;

/** In whose name calls are signed; kept until shortly before it ends. */
export function targetCredentials(): Promise<Credentials> {
  asked ??= tablesClient();
  return asked.config.credentials();
}

/** How calls of one service are signed. */
export function targetSigning(service: string): SignedCallOptions {
  const region = service === 'iam' ? iamRegion : targetRegion();
  return { service, region, credentials: targetCredentials, clock: systemClock };
}

/** A function that starts takes its time. */
const deadlineMs = 20_000;

export function targetCall(service: string): WebCall {
  return signedCall({ ...targetSigning(service), deadlineMs });
}

/** The account that everything is made in. */
export async function targetAccount(): Promise<string> {
  const answer = await targetCall('sts')({
    method: 'POST',
    url: `${serviceUrl('sts')}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new TextEncoder().encode('Action=GetCallerIdentity&Version=2011-06-15'),
  });
  const text = new TextDecoder().decode(answer.body);
  const [, account] = /<Account>(\d{12})</.exec(text) ?? [];
  if (account === undefined) throw new Error(`sts: status ${answer.status}, ${text}`);
  return account;
}

/** A name of this run's own, by which anything that it leaves behind can be found. */
export function ownName(): string {
  return `weft-${process.env[runVariable] ?? 'alone'}-${randomUUID()}`;
}
