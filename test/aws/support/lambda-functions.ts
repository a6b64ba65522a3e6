import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serviceUrl, targetCall } from './target.ts';

/** Asks a service that speaks JSON over plain paths; the answer, whatever its fields. */
export async function askService(
  service: string,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  input?: object,
): Promise<Record<string, string>> {
  const answer = await targetCall(service)({
    method,
    url: `${serviceUrl(service)}${path}`,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(input === undefined ? '' : JSON.stringify(input)),
  });
  const text = new TextDecoder().decode(answer.body);
  if (answer.status >= 300) throw new Error(`${path}: status ${answer.status}, ${text}`);
  return JSON.parse(text) as Record<string, string>;
}

export interface DeployedFunction {
  readonly name: string;
  readonly arn: string;
}

/** Makes a Lambda function of a bundle: `handler.mjs` in this folder. */
export async function createFunction(
  name: string,
  folder: string,
  variables: NodeJS.ProcessEnv,
): Promise<DeployedFunction> {
  const made = await askService('lambda', 'POST', '/2015-03-31/functions', {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'handler.handler',
    Role: 'arn:aws:iam::000000000000:role/weft',
    Timeout: 20,
    MemorySize: 512,
    Code: { ZipFile: zipped(join(folder, 'handler.mjs')) },
    Environment: { Variables: variables },
  });
  await sleep(100);
  return { name, arn: made.FunctionArn ?? '' };
}

/** An archive that holds one file, in base64. */
export function zipped(file: string): string {
  const archive = `${file}.zip`;
  const zip = ['-m', 'zipfile', '-c', archive, file];
  const { status, stderr } = spawnSync('python3', zip, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`python3 ${zip.join(' ')}: ${stderr}`);
  return readFileSync(archive).toString('base64');
}

/** Invokes a function and waits for what it returns. */
export async function invoke(name: string, event: object): Promise<unknown> {
  return await askService('lambda', 'POST', `/2015-03-31/functions/${name}/invocations`, event);
}

/** A WebSocket API all of whose routes lead to one function; its id. */
export async function createSocketApi(name: string, { arn }: DeployedFunction): Promise<string> {
  const { apiId = '' } = await askService('apigateway', 'POST', '/v2/apis', {
    name,
    protocolType: 'WEBSOCKET',
    routeSelectionExpression: '$request.body.kind',
  });
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
  const at = `/v2/apis/${apiId}`;
  const { integrationId } = await askService('apigateway', 'POST', `${at}/integrations`, {
    integrationType: 'AWS_PROXY',
    integrationUri: uri,
  });
  for (const routeKey of ['$connect', '$default', '$disconnect']) {
    const target = `integrations/${integrationId}`;
    await askService('apigateway', 'POST', `${at}/routes`, { routeKey, target });
  }
  await askService('apigateway', 'POST', `${at}/stages`, { stageName: 'v1', autoDeploy: true });
  return apiId;
}
