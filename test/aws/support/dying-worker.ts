import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { serveGateway } from '#functions/gateway/serve-gateway.ts';
import { workerWiring } from '#functions/worker/wiring.ts';
import { lambdaContext } from '#test/support/lambda-events.ts';
import { type Moment, replyMark } from './killed-worker.ts';

/**
 * A program: the worker function for one request, which it reads from its input. It dies, as if by
 * `kill -9`, when it is about to write a head, or when the head is written and the record is not.
 */
const [moment] = process.argv.slice(2) as [Moment];

function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

if (moment === 'before the record') SQSClient.prototype.send = die;
if (moment === 'before the head') {
  const { send } = DynamoDBClient.prototype;
  DynamoDBClient.prototype.send = function (this: DynamoDBClient, command: Command) {
    const { TableName, Item } = command.input;
    const isHead = Item !== undefined && TableName === process.env.WEFT_HEADS_TABLE;
    return isHead ? die() : Reflect.apply(send, this, [command]);
  } as typeof send;
}

interface Command {
  readonly input: { readonly TableName?: string; readonly Item?: unknown };
}

const handler = serveGateway(await workerWiring(process.env));
const reply = await handler(JSON.parse(await text(process.stdin)), lambdaContext());
process.stdout.write(`\n${replyMark}${JSON.stringify(reply)}\n`);
