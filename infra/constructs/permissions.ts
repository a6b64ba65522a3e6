import { Fn } from 'aws-cdk-lib';
import type { FunctionName } from '../config/sizes.ts';
import { parametersOf, type ValidatorConfig } from '../config/validator-config.ts';
import { exportsOf, type StateStack } from '../stacks/state-stack.ts';
import type { MessageQueue } from './message-queue.ts';
import type { PushEntry } from './push-entry.ts';
import type { WeftFunction } from './weft-function.ts';

export interface Resources {
  readonly config: ValidatorConfig;
  readonly state: StateStack;
  readonly messages: MessageQueue;
  /** None where nobody listens. */
  readonly push: PushEntry | undefined;
  readonly driver: WeftFunction;
}

type Part =
  | 'heads'
  | 'data'
  | 'listeners'
  | 'bucket'
  | 'genesis'
  | 'peers'
  | 'blobs'
  | 'pending'
  | 'queue'
  | 'driver'
  | 'votingKey'
  | 'sealedKey'
  | 'binding'
  | 'connections';
/** None for a part that this validator has not. */
type Place = readonly [string, ...string[]] | readonly [];
type Grants = Readonly<Partial<Record<Part, readonly string[]>>>;

const readHeads = ['dynamodb:GetItem'];
/** Of who rehearses alone: nobody else needs to know which chains there are. */
const findHeads = ['dynamodb:Scan'];
const readValues = ['dynamodb:BatchGetItem'];
/** Rows of inboxes, put if absent. */
const putData = [...readValues, 'dynamodb:PutItem'];
const tellListeners = ['dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
const readData = ['dynamodb:BatchGetItem', 'dynamodb:Query'];
/** Where the driver's listings go on. */
const readCursors = ['dynamodb:GetItem'];
const changeData = [...readData, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
/** Nobody deletes heads: without them a validator would forget what it voted. */
const changeHeads = [...readHeads, 'dynamodb:PutItem'];
const bindStore = ['dynamodb:DescribeTable'];
const readObjects = ['s3:GetObject'];
/** Whoever invites an upload does so in its own right, and copies what came. */
const takeUploads = [...readObjects, 's3:PutObject'];
const changeObjects = [...readObjects, 's3:PutObject', 's3:DeleteObject'];
const ring = ['sqs:SendMessage'];
const wake = ['lambda:InvokeFunction'];
const push = ['execute-api:ManageConnections'];
const readParameter = ['ssm:GetParameter'];
/** Without it S3 says of what is missing that it is forbidden. */
const seeWhatIsMissing = ['s3:ListBucket'];
const readNetwork = { bucket: seeWhatIsMissing, genesis: readObjects };

/** What each function may do, and with which part; nothing else is allowed. */
export function grantsOf(key: ValidatorConfig['key']): Readonly<Record<FunctionName, Grants>> {
  const isSealed = key === 'envelope';
  const sign = {
    votingKey: isSealed ? ['kms:Decrypt'] : ['kms:Sign', 'kms:GetPublicKey'],
    ...(isSealed && { sealedKey: readParameter }),
    binding: readParameter,
  };
  const serve = { ...readNetwork, heads: [...changeHeads, ...bindStore], data: changeData };
  return {
    worker: { ...serve, ...sign, blobs: changeObjects, pending: takeUploads, queue: ring },
    driver: {
      ...serve,
      ...sign,
      data: [...changeData, ...readCursors],
      peers: readObjects,
      blobs: changeObjects,
      queue: ring,
    },
    messenger: {
      ...readNetwork,
      heads: changeHeads,
      data: putData,
      listeners: tellListeners,
      connections: push,
      driver: wake,
    },
    rehearsal: {
      ...readNetwork,
      heads: [...readHeads, ...findHeads],
      data: readData,
      blobs: readObjects,
    },
    notifier: {
      ...readNetwork,
      heads: readHeads,
      data: readValues,
      listeners: [...tellListeners, 'dynamodb:PutItem'],
      connections: push,
    },
    reader: {
      ...readNetwork,
      heads: readHeads,
      data: readData,
      blobs: readObjects,
      binding: readParameter,
    },
  };
}

/** Gives a function what the table says. */
export function permit(target: WeftFunction, resources: Resources): void {
  const { config } = resources;
  const arns = arnsOf(resources);
  for (const [part, actions] of Object.entries(grantsOf(config.key)[target.code])) {
    const place = arns[part as Part];
    if (place.length > 0) target.may(actions, ...place);
  }
}

function arnsOf({
  config,
  state,
  messages,
  push: sockets,
  driver,
}: Resources): Readonly<Record<Part, Place>> {
  const at = parametersOf(config);
  const { blobs } = exportsOf(config);
  const object = (name: string) => `${Fn.importValue(blobs)}/${name}`;
  const parameter = (name: string) =>
    state.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.slice(1) });
  return {
    heads: [state.heads.tableArn],
    data: [state.data.tableArn],
    listeners: sockets ? [sockets.listeners.tableArn] : [],
    bucket: [Fn.importValue(blobs)],
    genesis: [object('network/genesis')],
    peers: [object('network/peers.json')],
    blobs: [object('blobs/*')],
    pending: [object('pending/*')],
    queue: [messages.queue.queueArn],
    driver: [driver.functionArn],
    votingKey: [state.key.keyArn],
    sealedKey: [parameter(at.key)],
    binding: [parameter(at.binding)],
    connections: sockets ? [sockets.connectionsArn()] : [],
  };
}
