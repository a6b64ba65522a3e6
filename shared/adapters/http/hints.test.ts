import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { newStreams } from '#api/streams.ts';
import type { HintListener } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { type HttpNode, servedOverHttp } from '#test/support/http-node.ts';
import { rawServer } from '#test/support/raw-server.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { until } from '#test/support/until.ts';
import { eventText } from '#wire/event-stream.ts';
import { type HintOptions, hintStreams } from './hints.ts';

const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];
const quick = { firstPauseMs: 10, longestPauseMs: 40 };

const bundle = (at: number, chain: ChainId = alice): Notification => ({
  chain,
  reason: { kind: 'new-bundle', origin: bob, height: height(at) },
});

interface Heard extends HintListener {
  readonly all: (number | 'reset')[];
  /** Resolves when so much was heard. */
  until(count: number): Promise<void>;
}

function listener(): Heard {
  const all: (number | 'reset')[] = [];
  return {
    all,
    onNotification: ({ reason }) => void all.push(Number(reason.height)),
    onReset: () => void all.push('reset'),
    async until(count) {
      const start = performance.now();
      while (all.length < count) {
        assert.ok(performance.now() - start < 5_000, `heard ${all.length} of ${count}`);
        await sleep(5);
      }
    },
  };
}

async function onServer(
  use: (opened: HttpNode, heard: Heard) => Promise<void>,
  options: Parameters<typeof servedOverHttp>[0] = {},
): Promise<void> {
  const opened = await servedOverHttp(options);
  try {
    await use(opened, listener());
  } finally {
    await opened.close();
  }
}

/** Listens to a server that answers as it likes, until something is so. */
async function onHostile(
  answer: (socket: Socket, heard: string) => void,
  options: Omit<HintOptions, 'url'>,
  use: (heard: Heard, connections: () => number) => Promise<void>,
): Promise<void> {
  const server = await rawServer(answer);
  const hints = hintStreams({ url: server.url, ...quick, ...options });
  const heard = listener();
  hints.subscribe(new Set([alice]), heard);
  try {
    await use(heard, server.connections);
  } finally {
    hints.close();
    await server.close();
  }
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';

test('hints come over HTTP as they are published, for these chains only', async () => {
  await onServer(async ({ node, validator }, heard) => {
    const { notifier } = validator.ports;
    const subscription = node.subscribe(new Set([alice]), heard);
    await heard.until(1);
    await notifier.publish([bundle(1), bundle(7, bob), bundle(2)]);
    await heard.until(3);
    subscription.close();
    await notifier.publish([bundle(3)]);
    await sleep(20);
    assert.deepEqual(heard.all, ['reset', 1, 2]);
  });
});

test('a connection that is lost is made again, and nothing that is kept was missed', async () => {
  const opened = await servedOverHttp({}, { closeGraceMs: 100 });
  const { notifier } = opened.validator.ports;
  const heard = listener();
  const hints = hintStreams({ url: opened.url, ...quick, renewMs: 60 });
  hints.subscribe(new Set([alice]), heard);
  await heard.until(1);
  for (let at = 1; at <= 60; at++) {
    await notifier.publish([bundle(at)]);
    await sleep(4);
  }
  await heard.until(61);
  assert.deepEqual(heard.all, ['reset', ...Array.from({ length: 60 }, (_, i) => i + 1)]);
  hints.close();
  await opened.close();
});

test('a reader that is gone gives its place back', async () => {
  const limits = { clock: systemClock, streamsMax: 1, heartbeat: duration(20_000n) };
  const opened = await servedOverHttp();
  await opened.close();
  const feed = opened.validator.ports.notifier;
  const streams = newStreams({ ...limits, feed });
  await onServer(
    async ({ node, url }, heard) => {
      node.subscribe(new Set([alice]), heard);
      await until(() => streams.count() === 1);
      const full = await fetch(`${url}/v1/shards/0/notifications?chains=${alice}`);
      assert.deepEqual([full.status, full.headers.get('weft-refusal')], [503, 'busy']);
      await full.arrayBuffer();
      await node.close();
      await until(() => streams.count() === 0);
    },
    { streams },
  );
});

test('browsers listen by the address alone', async () => {
  await onServer(async ({ url, validator }) => {
    const { notifier } = validator.ports;
    const path = `${url}/v1/shards/0/notifications?chains=${alice},${bob}`;
    const headers = { 'last-event-id': notifier.newest() };
    const controller = new AbortController();
    const reply = await fetch(path, { headers, signal: controller.signal });
    assert.equal(reply.headers.get('content-type'), 'text/event-stream');
    await notifier.publish([bundle(5, bob)]);
    let text = '';
    for await (const piece of reply.body!) {
      text += Buffer.from(piece).toString();
      if (text.includes('"5"')) break;
    }
    controller.abort();
    assert.match(text, /^retry: 1000\n\nid: test-1\nevent: new-bundle\ndata: \{"chain":"/);
  });
});

test('a request that no stream can answer is refused, and none goes on forever', async () => {
  await onServer(async ({ url }) => {
    const get = async (path: string, method = 'GET') => {
      const reply = await fetch(`${url}/v1/shards/0/${path}`, { method });
      await reply.arrayBuffer();
      return reply.headers.get('weft-refusal') ?? reply.status;
    };
    assert.equal(await get('notifications'), 'malformed-request');
    assert.equal(await get('notifications?chains=alice'), 'malformed-request');
    assert.equal(await get(`notifications?chains=${alice}&x=1`), 'malformed-request');
    assert.equal(await get(`notifications?chains=${alice}`, 'HEAD'), 200);
    assert.equal(await get('subscriptions'), 'wrong-method');
    assert.equal(await get('subscriptions', 'POST'), 'unsupported-media-type');
  });
});

test('a server closes although streams are open', async () => {
  const opened = await servedOverHttp({}, { closeGraceMs: 3_000 });
  const heard = listener();
  const hints = hintStreams({ url: opened.url, ...quick });
  hints.subscribe(new Set([alice]), heard);
  await heard.until(1);
  const start = performance.now();
  await opened.close();
  assert.ok(performance.now() - start < 1_000);
  hints.close();
});

test('a stream that says nothing is dead', async () => {
  await onHostile(
    (socket) => socket.write(head),
    { silenceMs: 40 },
    async (_, connections) => until(() => connections() >= 3),
  );
});

test('what is no stream is left, and asked again later', async () => {
  const answers = [
    'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n',
    `${head}${'x'.repeat(10_000)}`,
    'SSH-2.0-OpenSSH\r\n',
    `${head}data: ${'{"chain":1}\\n'.repeat(1_000)}\n\n`,
  ];
  let asked = 0;
  await onHostile(
    (socket) => {
      const answer = answers[asked++];
      if (answer !== undefined) socket.write(answer);
      else socket.write(`${head}${eventText('a-1', 'reset', '{}')}data: what\n\n`);
    },
    {},
    async (heard, connections) => {
      await heard.until(1);
      assert.equal(connections(), answers.length + 1);
      assert.deepEqual(heard.all, ['reset']);
    },
  );
});

test('a validator that streams nothing is seldom asked again', async () => {
  const refusal = 'HTTP/1.1 422 No\r\nweft-refusal: not-supported\r\ncontent-length: 0\r\n\r\n';
  await onHostile(
    (socket) => socket.write(refusal),
    { renewMs: 60_000 },
    async (heard, connections) => {
      await until(() => connections() === 1);
      await sleep(200);
      assert.equal(connections(), 1);
      assert.deepEqual(heard.all, []);
    },
  );
});

test('the id that was heard goes with the next request', async () => {
  const requests: string[] = [];
  await onHostile(
    (socket, request) => {
      if (!request.startsWith('POST')) return;
      requests.push(request);
      socket.end(`${head}${eventText(`a-${requests.length}`, 'reset', '{}')}`);
    },
    {},
    async () => until(() => requests.length >= 3),
  );
  assert.doesNotMatch(requests[0] ?? '', /last-event-id/i);
  assert.match(requests[2] ?? '', /last-event-id: a-2\r\n/i);
});

test('a flood of events is read slowly, and remembered by nobody', async () => {
  await onHostile(
    (socket) => {
      socket.write(head);
      const flood = eventText('a-1', 'reset', '{}').repeat(2_000);
      const more = () => socket.writable && socket.write(flood, more);
      more();
    },
    {},
    async (heard) => {
      await heard.until(100);
      const before = heard.all.length;
      await sleep(300);
      assert.ok(heard.all.length - before < 40_000, `${heard.all.length}`);
    },
  );
});
