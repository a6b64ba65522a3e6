import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { startAwsProxy } from '../proxy/aws-proxy.ts';
import { emulatorCredentials } from '../target-variables.ts';
import { type Emulator, freePort, startEmulator } from './emulator.ts';
import { emulatorsFolder, installedTool, runTool } from './tools-folder.ts';

const requirements = join(emulatorsFolder, 'requirements.txt');

/** Functions that run at once: each is a process. */
const concurrency = 4;

/**
 * The same, whose answers go through a proxy that records each call. It checks every signature and
 * every policy, as AWS does.
 */
export async function startGuardedMiniStack(): Promise<Emulator> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { secretAccessKey } = emulatorCredentials;
  const emulator = await startMiniStack({
    AUTH: 'true',
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // Functions call through the proxy too.
    AWS_ENDPOINT_URL: url,
  });
  const proxy = await startAwsProxy({ target: () => emulator.url, port });
  const stop = async () => {
    await emulator.stop();
    await proxy.close();
  };
  return { ...emulator, url, stop };
}

/** The whole of AWS as far as we use it. */
export async function startMiniStack(more: NodeJS.ProcessEnv = {}): Promise<Emulator> {
  const folder = installedTool({
    name: 'ministack',
    wanted: [requirements],
    install(into) {
      runTool('python3', ['-m', 'venv', into]);
      runTool(join(into, 'bin/pip'), ['install', '--quiet', '--requirement', requirements]);
    },
  });
  const port = await freePort();
  const version = /ministack==(\S+)/.exec(readFileSync(requirements, 'utf8'))?.[1] ?? '';
  return await startEmulator({
    name: 'ministack',
    version,
    command: join(folder, 'bin/ministack'),
    args: [],
    port,
    env: {
      ...process.env,
      // Its functions run on the Node that runs us.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: `${port}`,
      LAMBDA_ACCOUNT_CONCURRENCY: `${concurrency}`,
      // Its broker would listen on every interface.
      IOT_MTLS_ENABLED: '0',
      ...more,
    },
    isHealthy: async (url) => (await fetch(`${url}/_ministack/health`)).ok,
  });
}
