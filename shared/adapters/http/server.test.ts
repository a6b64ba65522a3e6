import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { newAdmission } from '#api/admission.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { type HttpNode, servedOverHttp } from '#test/support/http-node.ts';
import { valueMediaType } from '#wire/exchange.ts';
import { httpServer } from './server.ts';

const hasty = { headersTimeoutMs: 200, requestTimeoutMs: 300, checkEveryMs: 50, lingerMs: 100 };

/** Runs `use` on a fresh server, which must still answer afterwards. */
async function withServer(use: (opened: HttpNode) => Promise<void>, options = {}): Promise<void> {
  const opened = await servedOverHttp({}, { ...hasty, ...options });
  try {
    await use(opened);
    assert.match(
      await exchange(opened.port, 'GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
      /^HTTP\/1\.1 200 /,
    );
  } finally {
    await opened.close();
  }
}

/** What comes back until the server closes, or for as long as `waitMs`. */
function exchange(port: number, sent: string | Uint8Array, waitMs = 250): Promise<string> {
  return talk(port, (socket) => socket.write(sent), waitMs);
}

function talk(port: number, say: (socket: Socket) => void, waitMs: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(heard);
    });
    socket.on('connect', () => say(socket));
  });
}

function head(path: string, more: readonly string[]): string {
  const fixed = [`POST ${path} HTTP/1.1`, 'host: x', `accept: ${valueMediaType}`];
  return `${[...fixed, `content-type: ${valueMediaType}`, ...more].join('\r\n')}\r\n\r\n`;
}

test('a body declared too large is refused before it is sent', async () => {
  await withServer(async ({ port }) => {
    const large = head('/v1/shards/0/timeouts', ['content-length: 5000']);
    const reply = await exchange(port, large);
    assert.match(reply, /^HTTP\/1\.1 413 /);
    assert.match(reply, /connection: close/i);
    const asked = await exchange(
      port,
      large.replace('\r\n\r\n', '\r\nexpect: 100-continue\r\n\r\n'),
    );
    assert.match(asked, /^HTTP\/1\.1 413 /);
  });
});

test('an endless body in pieces is cut at its limit, and the refusal arrives', async () => {
  await withServer(async ({ port }) => {
    let timer: NodeJS.Timeout | undefined;
    const reply = await talk(
      port,
      (socket) => {
        socket.write(head('/v1/shards/0/timeouts', ['transfer-encoding: chunked']));
        timer = setInterval(() => socket.write(`400\r\n${'x'.repeat(1_024)}\r\n`), 2);
      },
      2_000,
    );
    clearInterval(timer);
    assert.match(reply, /^HTTP\/1\.1 413 /);
  });
});

test('a sender that asks for leave gets it, and then its answer', async () => {
  await withServer(async ({ port }) => {
    const reply = await talk(
      port,
      (socket) => {
        socket.write(head('/v1/shards/0/timeouts', ['content-length: 3', 'expect: 100-continue']));
        socket.once('data', () => socket.write('abc'));
      },
      250,
    );
    assert.match(reply, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /);
  });
});

test('slow heads and slow bodies are given up', async () => {
  await withServer(async ({ port }) => {
    const slowHead = exchange(port, 'POST /v1/shards/0/timeouts HTTP/1.1\r\nhost:', 3_000);
    const slowBody = exchange(
      port,
      `${head('/v1/shards/0/timeouts', ['content-length: 100'])}only this`,
      3_000,
    );
    const start = performance.now();
    for (const reply of await Promise.all([slowHead, slowBody])) {
      assert.match(reply, /^(HTTP\/1\.1 408 |$)/);
    }
    assert.ok(performance.now() - start < 2_000);
  });
});

test('gigantic heads, other protocols and random bytes end the connection only', async () => {
  await withServer(async ({ port }) => {
    const giant = `GET /health HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`;
    assert.match(await exchange(port, giant), /^HTTP\/1\.1 431 /);
    const noise = Uint8Array.from({ length: 4_096 }, (_, i) => (i * 7_919 + 13) % 256);
    assert.match(await exchange(port, noise), /^(HTTP\/1\.1 400 |$)/);
    assert.match(await exchange(port, Uint8Array.of(0x16, 3, 1, 2, 0, 1)), /^(HTTP\/1\.1 400 |$)/);
    assert.match(await exchange(port, 'GET /health HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /);
  });
});

test('random bodies on every route are refused as malformed', async () => {
  await withServer(async ({ url }) => {
    const paths = ['proposals', 'certificates/validated', 'certificates/confirmed'];
    for (const path of [...paths, 'certificates/timeout', 'timeouts']) {
      for (let seed = 0; seed < 20; seed++) {
        const body = Uint8Array.from({ length: seed * 7 }, (_, i) => (i * 31 + seed * 17) % 256);
        const headers = { accept: valueMediaType, 'content-type': valueMediaType };
        const reply = await fetch(`${url}/v1/shards/0/${path}`, { method: 'POST', body, headers });
        await reply.arrayBuffer();
        assert.deepEqual(
          [reply.status, reply.headers.get('weft-refusal')],
          [400, 'malformed-request'],
        );
      }
    }
  });
});

test('bodies of unknown routes are not read, and the route is named as unknown', async () => {
  await withServer(async ({ port }) => {
    const reply = await exchange(port, head('/v1/nowhere', ['content-length: 4000000']));
    assert.match(reply, /^HTTP\/1\.1 404 [\s\S]*weft-refusal: unknown-route/i);
  });
});

test('a sender that goes away in the middle costs nothing', async () => {
  await withServer(
    async ({ port, node, committee }) => {
      const path = '/v1/shards/0/proposals';
      const start = `${head(path, ['content-length: 1000000'])}${'x'.repeat(60_000)}`;
      await Promise.all(Array.from({ length: 20 }, () => exchange(port, start, 30)));
      assert.ok(
        (await node.info(committee.owners[0]!.chain, { ownership: false, pending: false })).ok,
      );
    },
    { bodiesBytesMax: 1_500_000 },
  );
});

test('bodies of many senders at once find no room', async () => {
  await withServer(
    async ({ port }) => {
      const start = `${head('/v1/shards/0/proposals', ['content-length: 1000'])}${'x'.repeat(900)}`;
      const replies = await Promise.all([
        exchange(port, start),
        exchange(port, start),
        exchange(port, start),
      ]);
      assert.ok(replies.some((reply) => /^HTTP\/1\.1 503 [\s\S]*weft-refusal: busy/i.test(reply)));
    },
    { bodiesBytesMax: 2_000 },
  );
});

test('requests one after another on a connection, at once or not, are answered in order', async () => {
  await withServer(async ({ port }) => {
    const one = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
    const reply = await exchange(port, one('/version') + one('/nowhere') + one('/health'));
    assert.deepEqual(reply.match(/HTTP\/1\.1 \d+/g), [
      'HTTP/1.1 200',
      'HTTP/1.1 404',
      'HTTP/1.1 200',
    ]);
    const headOnly = await exchange(port, 'HEAD /version HTTP/1.1\r\nhost: x\r\n\r\n');
    assert.match(headOnly, /^HTTP\/1\.1 200 [\s\S]*\r\n\r\n$/);
  });
});

test('closing answers what was taken, and takes no more', async () => {
  const admission = newAdmission(systemClock, 8, duration(5_000_000n));
  const opened = await servedOverHttp({ admission }, { closeGraceMs: 1_000 });
  const slow = httpServer(
    async () => {
      await systemClock.sleep(duration(100_000n));
      return { status: 200, headers: {}, body: 'late' };
    },
    { closeGraceMs: 1_000 },
  );
  const { url, port } = await slow.listen({ port: 0, host: '127.0.0.1' });
  const answer = fetch(`${url}/health`);
  await systemClock.sleep(duration(30_000n));
  const start = performance.now();
  await Promise.all([slow.close(), opened.close()]);
  assert.ok(performance.now() - start < 900, 'kept connections do not hold it up');
  assert.equal(await (await answer).text(), 'late');
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health`));
});

test('what never ends is cut off when closing has waited long enough', async () => {
  const stuck = httpServer(() => new Promise(() => undefined), { closeGraceMs: 100 });
  const { url } = await stuck.listen({ port: 0, host: '127.0.0.1' });
  const failed = assert.rejects(fetch(`${url}/health`));
  await systemClock.sleep(duration(30_000n));
  await stuck.close();
  await failed;
});

test('an address that is taken is an error of the system', async () => {
  await withServer(async ({ port }) => {
    const second = httpServer(() => assert.fail('nobody asks'));
    await assert.rejects(second.listen({ port, host: '127.0.0.1' }), { code: 'EADDRINUSE' });
  });
});
