import { delimiter, join } from 'node:path';
import { type Emulator, freePort, startEmulator } from './emulator.ts';
import { installedJava } from './java-tool.ts';

/** Amazon's own DynamoDB for tests. */
export async function startDynamoDbLocal(): Promise<Emulator> {
  const { folder, version } = installedJava('dynamodb-local', ['LoopbackDynamo.java']);
  const port = await freePort();
  return await startEmulator({
    name: 'dynamodb-local',
    version,
    command: 'java',
    args: [
      '-Xmx512m',
      `-Djava.library.path=${folder}`,
      '-cp',
      [folder, join(folder, '*')].join(delimiter),
      'LoopbackDynamo',
      '-inMemory',
      '-sharedDb',
      '-disableTelemetry',
      '-port',
      `${port}`,
    ],
    port,
    env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' },
    // It refuses a request without a signature, and so shows that it is there.
    isHealthy: async (url) => (await fetch(url)).status === 400,
  });
}
