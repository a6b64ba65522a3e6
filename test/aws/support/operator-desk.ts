import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runNode } from '#test/support/run-node.ts';
import { runWeft } from '#test/support/run-weft.ts';
import { contextVariable, emulatorCredentials } from '../target-variables.ts';
import { emulatorUrl, targetRegion } from './target.ts';

const root = join(import.meta.dirname, '../../..');
const cdkMsMax = 300_000;

export type Json = ReturnType<typeof JSON.parse>;

/** An operator with an empty folder, credentials, and our two command lines. */
export interface OperatorDesk {
  /** What the operator's environment has; functions that are imported here read it too. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the CDK leaves what it deploys. */
  readonly assembly: string;
  /** The real CDK; what it fails at fails the test. */
  cdk(...args: readonly string[]): Promise<void>;
  /** What `weft validator ARGS` answers, which must be no error. */
  weft(...args: readonly string[]): Promise<Json>;
  /** What it answers, and how it ends. */
  tries(...args: readonly string[]): Promise<Tried>;
}

export interface Tried {
  readonly code: number;
  readonly answer: Json;
}

export function operatorDesk(folder: string): OperatorDesk {
  const assembly = join(folder, 'cdk.out');
  const env = {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    ...awsVariables(join(folder, 'home')),
    AWS_REGION: targetRegion(),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NO_COLOR: '1',
    WEFT_VALIDATORS: folder,
    CDK_OUTPUT: assembly,
  };
  async function tries(...args: readonly string[]): Promise<Tried> {
    const ran = await runWeft(folder, ['validator', ...args, '--json'], { env });
    return { code: ran.code, answer: JSON.parse(ran.stdout === '' ? ran.stderr : ran.stdout) };
  }
  return {
    env,
    assembly,
    async cdk(...args) {
      const command = [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices'];
      const { code, output } = await runNode(command, {
        cwd: root,
        env,
        msMax: cdkMsMax,
      });
      assert.equal(code, 0, output);
    },
    tries,
    async weft(...args) {
      const { code, answer } = await tries(...args);
      assert.equal(code, 0, JSON.stringify(answer));
      return answer;
    },
  };
}

/** On AWS the operator is whoever runs the tests, by whatever their own tools take. */
function awsVariables(home: string): Readonly<Record<string, string>> {
  const endpoint = emulatorUrl();
  if (endpoint === undefined) {
    const own = Object.entries(process.env).filter(([name]) => /^(?:AWS_|HOME$)/.test(name));
    return Object.fromEntries(own) as Record<string, string>;
  }
  // The CDK reads this file of its user's, whoever starts it.
  const context = Object.fromEntries(toldToCdk().map((each) => each.split('=')));
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '.cdk.json'), JSON.stringify({ context }));
  return {
    HOME: home,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function toldToCdk(): readonly string[] {
  return (process.env[contextVariable] ?? '').split(' ').filter((each) => each !== '');
}
