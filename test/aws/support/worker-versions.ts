import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Plugin } from 'esbuild';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import { bundleFunctions } from '#test/support/bundled-functions.ts';
import { gatewayNode } from '#test/support/gateway-node.ts';
import { askService, invoke, zipped } from './lambda-functions.ts';
import { editedFor, type Release } from './releases.ts';

const readyMs = 500;
const functionsPath = '/2015-03-31/functions';

/** Publishes the worker of another release beside the one that is live; its version. */
export async function publishWorker(worker: string, release: Release): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-release-'));
  try {
    await bundleFunctions(folder, { names: ['worker'], plugins: [released(release)] });
    const [made, entry] = [join(folder, 'worker/handler.mjs'), join(folder, 'index.mjs')];
    renameSync(made, entry);
    const { Version = '' } = await askService('lambda', 'PUT', `${functionsPath}/${worker}/code`, {
      ZipFile: zipped(entry),
      Publish: true,
    });
    await sleep(readyMs);
    return Version;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function released(release: Release): Plugin {
  const filter = new RegExp(`/${release.file.replaceAll('.', '\\.')}$`);
  return {
    name: 'release',
    setup(build) {
      build.onLoad({ filter }, ({ path }) => ({
        contents: editedFor(release, readFileSync(path, 'utf8')),
        loader: 'ts',
      }));
    },
  };
}

const aliasPath = (worker: string) => `${functionsPath}/${worker}/aliases/live`;

/** The version that requests are answered by. */
export async function liveVersion(worker: string): Promise<string> {
  return (await askService('lambda', 'GET', aliasPath(worker))).FunctionVersion ?? '';
}

/** Does something while requests are answered by another version. */
export async function whileLive(
  worker: string,
  version: string,
  work: () => Promise<void>,
): Promise<void> {
  const before = await liveVersion(worker);
  await askService('lambda', 'PUT', aliasPath(worker), { FunctionVersion: version });
  try {
    await work();
  } finally {
    await askService('lambda', 'PUT', aliasPath(worker), { FunctionVersion: before });
  }
}

/** The validator, each of whose requests is answered by the version that `choose` says. */
export function answeredBy(
  worker: string,
  node: ValidatorNode,
  choose: (path: string) => string,
): ValidatorNode {
  return gatewayNode(async (event) => {
    try {
      const result = await invoke(`${worker}:${choose(event.rawPath)}`, event);
      return result as APIGatewayProxyStructuredResultV2;
    } catch (error) {
      throw new UnreachableFault('the function was not invoked', { cause: error });
    }
  }, node);
}
