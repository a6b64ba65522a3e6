import { startDynamoDbLocal } from './emulators/dynamodb-local.ts';
import { startElasticMq } from './emulators/elasticmq.ts';
import { startGuardedMiniStack, startMiniStack } from './emulators/ministack.ts';
import { ToolFailure } from './emulators/tools-folder.ts';
import type { TargetName } from './suites.ts';
import { targetAccount, targetRegion } from './support/target.ts';

/** What suites run on, for as long as it is needed. */
export interface Target {
  readonly version: string;
  /** Of AWS there is none: each service has its own. */
  readonly url?: string;
  /** The process that was started for it, if one was. */
  readonly pid?: number;
  stop(): Promise<void>;
}

type Targets = Readonly<Partial<Record<TargetName, () => Promise<Target>>>>;

/** What `--on` may say. */
export const targetGroups: Readonly<Record<'emulators' | 'localstack' | 'aws', Targets>> = {
  emulators: {
    ministack: () => startMiniStack(),
    guarded: startGuardedMiniStack,
    dynamodbLocal: startDynamoDbLocal,
    elasticmq: startElasticMq,
  },
  localstack: { localstack: reachLocalStack },
  aws: { aws: reachAws },
};

export type TargetGroup = keyof typeof targetGroups;

const stop = () => Promise.resolve();
const localStackUrl = 'http://127.0.0.1:4566';

/** @throws ToolFailure unless it answers where WEFT_LOCALSTACK_URL says. */
async function reachLocalStack(): Promise<Target> {
  const url = (process.env.WEFT_LOCALSTACK_URL ?? localStackUrl).replace(/\/$/, '');
  const health = await fetch(`${url}/_localstack/health`).catch(() => undefined);
  if (!health?.ok) throw new ToolFailure(`localstack: ${url} does not answer`);
  const { version } = (await health.json()) as { readonly version?: unknown };
  return { version: String(version ?? 'unknown'), url, stop };
}

/** @throws ToolFailure unless the environment says where, and in whose name. */
async function reachAws(): Promise<Target> {
  const { AWS_ENDPOINT_URL } = process.env;
  if (AWS_ENDPOINT_URL !== undefined) {
    throw new ToolFailure(`aws: AWS_ENDPOINT_URL leads elsewhere, to ${AWS_ENDPOINT_URL}`);
  }
  try {
    return { version: `${await targetAccount()} in ${targetRegion()}`, stop };
  } catch (error) {
    throw new ToolFailure(`aws: ${error}`);
  }
}
