import assert from 'node:assert/strict';
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

/** How the source of another release differs, in one file: texts that it has, by those it had. */
export interface Release {
  readonly file: string;
  readonly edits: Readonly<Record<string, string>>;
}

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

function released({ file, edits }: Release): Plugin {
  return {
    name: 'release',
    setup(build) {
      build.onLoad({ filter: new RegExp(`/${file.replaceAll('.', '\\.')}$`) }, ({ path }) => {
        let contents = readFileSync(path, 'utf8');
        for (const [now, then] of Object.entries(edits)) {
          assert.equal(contents.split(now).length, 2, `${file}: ${now}`);
          contents = contents.replace(now, then);
        }
        return { contents, loader: 'ts' };
      });
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
