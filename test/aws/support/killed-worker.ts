import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import { gatewayNode } from '#test/support/gateway-node.ts';
import { askService } from './lambda-functions.ts';
import { emulatorUrl } from './target.ts';

/** When a worker is killed. */
export type Moment = 'before the head' | 'before the record';

/** Begins the line that holds the reply, among what the function logs. */
export const replyMark = 'reply ';

const program = join(import.meta.dirname, 'dying-worker.ts');
const msMax = 30_000;

export interface KilledWorker {
  /** The validator, whose worker is killed once at that moment; from then on it is as before. */
  readonly node: ValidatorNode;
  wasKilled(): boolean;
}

/** Stands in for the worker of a deployed validator, over the same tables and with the same key. */
export async function killedWorker(
  worker: string,
  node: ValidatorNode,
  moment: Moment,
): Promise<KilledWorker> {
  const variables = await variablesOf(worker);
  let isDead = false;
  const dying = gatewayNode(async (event) => {
    const reply = await runOnce(variables, moment, JSON.stringify(event));
    if (reply) return reply;
    isDead = true;
    throw new UnreachableFault('the worker was killed');
  }, node);
  return {
    node: { ...node, handle: (request) => (isDead ? node : dying).handle(request) },
    wasKilled: () => isDead,
  };
}

async function variablesOf(worker: string): Promise<NodeJS.ProcessEnv> {
  const path = `/2015-03-31/functions/${worker}/configuration`;
  const answer: unknown = await askService('lambda', 'GET', path);
  const { Environment } = answer as { readonly Environment: { Variables: NodeJS.ProcessEnv } };
  return { ...process.env, ...Environment.Variables, AWS_ENDPOINT_URL: emulatorUrl() };
}

/** The reply to one event; none if the worker was killed over it. */
async function runOnce(
  env: NodeJS.ProcessEnv,
  moment: Moment,
  event: string,
): Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  const child = spawn(process.execPath, [program, moment], { env, timeout: msMax });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on('close', (_, signal) => resolve(signal)),
  );
  child.stdin.on('error', () => undefined).end(event);
  const [written, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await ended) === 'SIGKILL') return undefined;
  const line = written.split('\n').find((each) => each.startsWith(replyMark));
  if (line === undefined)
    throw new Error(`the worker ended without a reply: ${written}${complaints}`);
  return JSON.parse(line.slice(replyMark.length)) as APIGatewayProxyStructuredResultV2;
}
