import assert from 'node:assert/strict';
import { delimiter, dirname, join } from 'node:path';
import { runNode } from '#test/support/run-node.ts';
import { runWeft } from '#test/support/run-weft.ts';
import { emulatorConfig } from './emulator-clients.ts';

const root = join(import.meta.dirname, '../../..');
const cdkMsMax = 300_000;

export type Json = ReturnType<typeof JSON.parse>;

/** An operator with an empty folder, credentials of the emulator, and our two command lines. */
export interface OperatorDesk {
  /** What the operator's environment has; functions that are imported here read it too. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the CDK leaves what it deploys. */
  readonly assembly: string;
  /** The real CDK; what it fails at fails the test. */
  cdk(...args: readonly string[]): Promise<void>;
  /** What `weft validator ARGS` answers, which must be no error. */
  weft(...args: readonly string[]): Promise<Json>;
}

export function operatorDesk(folder: string): OperatorDesk {
  const { endpoint, region, credentials } = emulatorConfig();
  const assembly = join(folder, 'cdk.out');
  const env = {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NO_COLOR: '1',
    WEFT_VALIDATORS: folder,
    CDK_OUTPUT: assembly,
  };
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
    async weft(...args) {
      const ran = await runWeft(folder, ['validator', ...args, '--json'], { env });
      assert.equal(ran.code, 0, `${ran.stdout}${ran.stderr}`);
      return JSON.parse(ran.stdout);
    },
  };
}
