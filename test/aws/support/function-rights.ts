import { createHash } from 'node:crypto';
import type { AwsUse } from '../proxy/aws-call.ts';
import { askService } from './lambda-functions.ts';
import { askQuery, fields } from './query-calls.ts';
import { stackResources } from './stacks.ts';

/** A deployed function, and what its role may do. */
export interface FunctionRights {
  /** As its template names it, such as `Worker0`. */
  readonly name: string;
  /** Ids of the access keys that its calls are signed with. */
  readonly callers: readonly string[];
  /** Actions on resources, which may be patterns. */
  readonly allowed: readonly AwsUse[];
}

/** What the functions of a validator may do, as its deployed roles say. */
export async function functionRights(validator: string): Promise<readonly FunctionRights[]> {
  const resources = await stackResources(`${validator}-Compute`);
  const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  return await Promise.all(
    functions.map(async ({ logicalId, physicalId }) => {
      const path = `/2015-03-31/functions/${physicalId}/configuration`;
      const { FunctionArn = '', Role = '' } = await askService('lambda', 'GET', path);
      return {
        name: logicalId.slice(0, -8),
        callers: versions.map((version) => accessKeyOf(`${FunctionArn}${version}`, Role)),
        allowed: await allowedTo(Role.split('/').at(-1) ?? ''),
      };
    }),
  );
}

/** Of a function itself, and of the first versions of it. */
const versions = ['', ':1', ':2', ':3', ':4'] as const;

/** The key that the emulator gives to a function in its role. */
function accessKeyOf(functionArn: string, roleArn: string): string {
  const digest = createHash('sha256').update(`${functionArn}:${roleArn}`).digest('hex');
  return `ASIA${digest.slice(0, 16).toUpperCase()}`;
}

/**
 * AWS allows batches of records to whoever may do so with one; the emulator asks for actions that
 * AWS does not have.
 */
export async function allowBatches(validator: string): Promise<void> {
  const resources = await stackResources(`${validator}-Compute`);
  for (const { type, physicalId: RoleName } of resources) {
    if (type !== 'AWS::IAM::Role') continue;
    const Statement = (await allowedTo(RoleName))
      .filter(({ action }) => action.startsWith('sqs:'))
      .map(({ action, resource }) => {
        return { Effect: 'Allow', Action: `${action}Batch`, Resource: resource };
      });
    if (Statement.length === 0) continue;
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const asked = { Action: 'PutRolePolicy', Version: '2010-05-08', PolicyName: batchPolicy };
    await askQuery('iam', { ...asked, RoleName, PolicyDocument });
  }
}

const batchPolicy = 'BatchesToo';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

async function allowedTo(RoleName: string): Promise<readonly AwsUse[]> {
  const Version = '2010-05-08';
  const listed = await askQuery('iam', { Action: 'ListRolePolicies', Version, RoleName });
  const allowed: AwsUse[] = [];
  for (const PolicyName of fields(listed, 'member')) {
    if (PolicyName === batchPolicy) continue;
    const asked = { Action: 'GetRolePolicy', Version, RoleName, PolicyName };
    const [document = ''] = fields(await askQuery('iam', asked), 'PolicyDocument');
    const { Statement } = JSON.parse(decodeURIComponent(document)) as {
      readonly Statement: readonly Statement[];
    };
    for (const { Action, Resource } of Statement) {
      for (const action of [Action].flat()) {
        for (const resource of [Resource].flat()) allowed.push({ action, resource });
      }
    }
  }
  return allowed;
}

/** Whether what was used is within what is allowed. */
export function isWithin(use: AwsUse, allowed: AwsUse): boolean {
  return use.action === allowed.action && matches(use.resource, allowed.resource);
}

function matches(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
