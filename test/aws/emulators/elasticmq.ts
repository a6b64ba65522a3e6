import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Emulator, freePort, startEmulator } from './emulator.ts';
import { installedJava } from './java-tool.ts';

/** Queues as SQS has them. */
export async function startElasticMq(): Promise<Emulator> {
  const { folder, version } = installedJava('elasticmq');
  const port = await freePort();
  const settings = join(folder, 'weft.conf');
  writeFileSync(settings, settingsOf(port));
  return await startEmulator({
    name: 'elasticmq',
    version,
    command: 'java',
    args: [
      '-Xmx256m',
      `-Dconfig.file=${settings}`,
      '-cp',
      join(folder, '*'),
      'org.elasticmq.server.Main',
    ],
    port,
    env: process.env,
    isHealthy: async (url) => (await fetch(`${url}/health`)).ok,
  });
}

function settingsOf(port: number): string {
  return `include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-port = ${port}, bind-hostname = "127.0.0.1" }
rest-stats { enabled = false }
`;
}
