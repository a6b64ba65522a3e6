import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { awsClients } from './aws-clients.ts';

/** A service that takes requests and answers none. */
async function silentService(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

test('a queue or a key service that does not answer is waited for a limited time', async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const { url, close } = await silentService();
  const clients = awsClients({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: url }, 50);
  try {
    await assert.rejects(clients.sqs().send(new ListQueuesCommand()), { name: 'TimeoutError' });
    await assert.rejects(clients.kms().send(new ListKeysCommand()), { name: 'TimeoutError' });
  } finally {
    close();
  }
});
