import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { UnreachableFault } from '#ports/validator-node.ts';
import { chainIdFromText } from '#protocol/block/chain-id.ts';
import { refusalCodec } from '#protocol/chain/requests.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { blockHeight, duration } from '#protocol/primitives/numbers.ts';
import { validatorNodeContract } from '#test/contracts/validator-node.ts';
import { servedOverHttp } from '#test/support/http-node.ts';
import { rawServer } from '#test/support/raw-server.ts';
import { refusalMediaType, valueMediaType } from '#wire/exchange.ts';
import { blocksPageCodec } from '#wire/pages.ts';
import { httpValidator } from './client.ts';
import type { HttpValidator } from './validator-over.ts';

validatorNodeContract('a validator behind HTTP', servedOverHttp);

const publicKey = { scheme: 'ed25519', bytes: new Uint8Array(32) } as const;
const basics = { ownership: false, pending: false };
const chain = chainIdFromText('ab'.repeat(32));
assert(chain);
const from = blockHeight(0n);

function clientOf(url: string, deadlineMs = 300): HttpValidator {
  return httpValidator({ url, name: 'hostile', publicKey, deadlineMs, connections: 2 });
}

function http(status: string, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`;
}

function bcs(body: Uint8Array, type = valueMediaType): string {
  const length = body.length;
  const text = Buffer.from(body).toString('latin1');
  return http('200 OK', { 'content-type': type, 'content-length': length }) + text;
}

/** How a client fares that asks a server for a chain's information; it answers in time. */
async function askOf(
  answer: (socket: Socket) => void,
  ask: (client: HttpValidator) => Promise<unknown> = (client) => client.info(chain!, basics),
): Promise<unknown> {
  const server = await rawServer(answer);
  const client = clientOf(server.url);
  const start = performance.now();
  try {
    return await ask(client);
  } catch (error) {
    assert.ok(error instanceof UnreachableFault, String(error));
    return error.message;
  } finally {
    assert.ok(performance.now() - start < 1_500, 'it does not wait on the validator');
    await Promise.all([client.close(), server.close()]);
  }
}

function write(text: string): (socket: Socket) => void {
  return (socket) => {
    socket.write(text, 'latin1');
  };
}

test('a validator that is not there, or says nothing, is unreachable in time', async () => {
  const nowhere = clientOf('http://127.0.0.1:1');
  await assert.rejects(nowhere.info(chain!, basics), UnreachableFault);
  await nowhere.close();
  assert.match(String(await askOf(() => undefined)), /no answer within 300 ms/);
});

test('what is no reply of a validator is no answer', async () => {
  const page = '<html>gateway</html>';
  const html = http('502 Bad Gateway', {
    'content-type': 'text/html',
    'content-length': page.length,
  });
  assert.match(String(await askOf(write(html + page))), /status 502/);
  assert.match(
    String(await askOf(write(http('302 Found', { location: '/', 'content-length': 0 })))),
    /302/,
  );
  assert.match(String(await askOf(write('SSH-2.0-OpenSSH\r\n'))), /http/);
  assert.match(String(await askOf(write(bcs(Uint8Array.of(1, 2, 3))))), /at byte/);
  assert.match(String(await askOf(write(bcs(new Uint8Array(0))))), /at byte/);
  const random = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7_919) % 251);
  assert.match(String(await askOf(write(bcs(random)))), /at byte/);
});

test('a reply that never ends, by length or by pieces, is cut off', async () => {
  const type = { 'content-type': valueMediaType };
  const huge = http('200 OK', { ...type, 'content-length': 1e12 });
  assert.match(String(await askOf(write(huge))), /a reply of 1000000000000 bytes/);
  const drip = (socket: Socket) => {
    socket.write(http('200 OK', { ...type, 'transfer-encoding': 'chunked' }));
    const timer = setInterval(() => socket.write('1\r\nx\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  };
  assert.match(String(await askOf(drip)), /no answer within/);
  const flood = (socket: Socket) => {
    socket.write(http('200 OK', { ...type, 'transfer-encoding': 'chunked' }));
    const chunk = `100000\r\n${'x'.repeat(1_048_576)}\r\n`;
    const more = () => socket.writable && socket.write(chunk, more);
    more();
  };
  assert.match(String(await askOf(flood)), /more than \d+ bytes|no answer within/);
  const heads = (socket: Socket) => {
    const timer = setInterval(() => socket.write(`x-${'y'.repeat(1_000)}: 1\r\n`), 1);
    socket.on('close', () => clearInterval(timer));
    socket.write('HTTP/1.1 200 OK\r\n');
  };
  assert.equal(typeof (await askOf(heads)), 'string');
});

test('more blocks than asked for, or blocks that are none, are no answer', async () => {
  const page = encode(blocksPageCodec, { blocks: [Uint8Array.of(1), Uint8Array.of(2)] });
  const ask = (limit: number) => (client: HttpValidator) => client.blocks(chain!, from, limit);
  assert.match(String(await askOf(write(bcs(page)), ask(1))), /2 blocks, asked for 1/);
  assert.match(String(await askOf(write(bcs(page)), ask(2))), /a block with/);
});

test('a refusal is a value, also of a kind that nobody here knows', async () => {
  const refusal = { kind: 'of-tomorrow', remedy: 'wish', found: 'this', expected: 'that' };
  const reply = bcs(encode(refusalCodec, refusal), refusalMediaType);
  assert.deepEqual(await askOf(write(reply)), { ok: false, error: refusal });
});

test('a connection that closes at the wrong moment is tried once more', async () => {
  let asked = 0;
  const refusal = { kind: 'busy', remedy: 'retry', found: 'this', expected: 'that' };
  const reply = bcs(encode(refusalCodec, refusal), refusalMediaType);
  const server = await rawServer((socket) => {
    asked++;
    if (asked === 1) socket.destroy();
    else socket.write(reply, 'latin1');
  });
  const client = clientOf(server.url, 2_000);
  assert.deepEqual(await client.info(chain!, basics), { ok: false, error: refusal });
  assert.equal(asked, 2);
  await Promise.all([client.close(), server.close()]);
  assert.match(String(await askOf((socket) => socket.destroy())), /http:\/\/127/);
});

test('a newer shard map is used from the next request on, under traffic', async () => {
  let shardMap = { version: 0, bits: 0 };
  const opened = await servedOverHttp();
  const describe = { ...(await opened.node.network()) };
  await opened.close();
  const paths = new Set<string>();
  const served = await servedOverHttp({ describe: () => ({ ...describe, shardMap }) });
  const { node, committee } = served;
  const owners = committee.owners.map((owner) => owner.chain);
  let isRunning = true;
  const traffic = owners.map(async (owner) => {
    while (isRunning) {
      assert.ok((await node.info(owner, basics)).ok, 'no request is lost');
      paths.add(`${node.shardMap().version}`);
    }
  });
  for (let version = 1; version <= 5; version++) {
    shardMap = { version, bits: version };
    await systemClock.sleep(duration(20_000n));
  }
  isRunning = false;
  await Promise.all(traffic);
  assert.deepEqual(node.shardMap(), { version: 5, bits: 5 });
  assert.ok(paths.has('5') && paths.size >= 4, [...paths].join());
  await served.close();
});

test('requests at once share a few connections', async () => {
  const opened = await servedOverHttp();
  const [alice] = opened.committee.owners;
  const infos = await Promise.all(
    Array.from({ length: 50 }, () => opened.node.info(alice!.chain, basics)),
  );
  assert.ok(infos.every(({ ok }) => ok));
  await opened.close();
});

test('a client that is closed gives up what is under way', async () => {
  const server = await rawServer(() => undefined);
  const client = clientOf(server.url, 5_000);
  const asking = assert.rejects(client.info(chain!, basics), UnreachableFault);
  await systemClock.sleep(duration(30_000n));
  await client.close();
  await asking;
  await server.close();
});

test("a gateway's own 429 and 503 are busy, its other faults leave the outcome unknown", async () => {
  const gateway = (status: string) => {
    const body = `{"message":"${status.slice(4)}"}`;
    const head = { 'content-type': 'application/json', 'content-length': body.length };
    return write(http(status, head) + body);
  };
  for (const status of ['429 Too Many Requests', '503 Service Unavailable']) {
    const answer = await askOf(gateway(status));
    assert.ok(typeof answer === 'object' && answer !== null && 'error' in answer);
    assert.partialDeepStrictEqual(answer.error, { kind: 'busy', remedy: 'retry' });
  }
  for (const status of ['500 Internal Server Error', '502 Bad Gateway', '504 Gateway Timeout']) {
    assert.match(String(await askOf(gateway(status))), /status 50[024]/);
  }
});
