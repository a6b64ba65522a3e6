import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HintListener } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { frameOf, type ServerSocket, socketServer } from '#test/support/socket-server.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { until } from '#test/support/until.ts';
import { hintText, socketEventText } from '#wire/socket-messages.ts';
import { type HintOptions, hintStreams } from './hints.ts';
import type { SocketOptions } from './socket-source.ts';
import { socketSchemes, toldAddress, uploadSchemes } from './told-address.ts';

const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];

const bundle = (at: number, chain: ChainId = alice): Notification => ({
  chain,
  reason: { kind: 'new-bundle', origin: bob, height: height(at) },
});

interface Listening {
  readonly chains?: readonly ChainId[];
  readonly socket?: SocketOptions;
  /** What the validator does about each message, the first of a connection being number 0. */
  answer(socket: ServerSocket, text: string, number: number): void;
  use(world: World): Promise<void>;
}

interface World {
  readonly heard: (number | 'reset')[];
  /** What was said to the validator. */
  readonly said: string[];
  connections(): number;
  readonly open: ReadonlyMap<string, ServerSocket>;
  until(isSo: () => boolean): Promise<void>;
}

/** Listens to a validator that answers as it likes. */
async function listening({ chains = [alice], socket = {}, answer, use }: Listening): Promise<void> {
  const said: string[] = [];
  const numbers = new Map<ServerSocket, number>();
  const server = await socketServer({
    onText(from, text) {
      said.push(text);
      const number = numbers.get(from) ?? 0;
      numbers.set(from, number + 1);
      answer(from, text, number);
    },
  });
  const heard: (number | 'reset')[] = [];
  const listener: HintListener = {
    onNotification: ({ reason }) => void heard.push(Number(reason.height)),
    onReset: () => void heard.push('reset'),
  };
  const options: HintOptions = {
    url: server.url.replace('ws:', 'http:'),
    socketUrl: () => Promise.resolve(server.url),
    socket,
    firstPauseMs: 10,
    longestPauseMs: 40,
  };
  const hints = hintStreams(options);
  hints.subscribe(new Set(chains), listener);
  try {
    await use({ heard, said, connections: server.connections, open: server.open, until });
  } finally {
    hints.close();
    await server.close();
  }
}

/** Answers what a validator answers. */
function honest(socket: ServerSocket, text: string): void {
  const { kind, after } = JSON.parse(text) as { readonly kind: string; readonly after?: string };
  const event = kind === 'ping' ? 'alive' : after === undefined ? 'reset' : 'subscribed';
  socket.send(socketEventText('7', event));
}

test('hints come for the chains asked for, and for no others', async () => {
  await listening({
    answer: honest,
    async use({ heard, open, until }) {
      await until(() => heard.length === 1);
      const [socket] = open.values();
      for (const hint of [bundle(1), bundle(9, bob), bundle(2)]) socket?.send(hintText('8', hint));
      await until(() => heard.length === 3);
      assert.deepEqual(heard, ['reset', 1, 2]);
    },
  });
});

test('whoever was cut off resumes behind what was heard, and hears no reset', async () => {
  await listening({
    answer: honest,
    async use({ heard, said, open, until }) {
      await until(() => heard.length === 1);
      open.get('socket-0=')?.send(hintText('41', bundle(1)));
      await until(() => heard.length === 2);
      open.get('socket-0=')?.drop();
      await until(() => said.length === 2);
      assert.equal(JSON.parse(said[1] ?? '').after, '41');
      open.get('socket-1=')?.send(hintText('42', bundle(2)));
      await until(() => heard.length === 3);
      assert.deepEqual(heard, ['reset', 1, 2]);
    },
  });
});

test('a subscription of many chains is one only once all its parts are', async () => {
  const chains = Array.from({ length: 250 }, (_, index) => chainNamed(`chain-${index}`));
  await listening({
    chains,
    answer(socket, text, number) {
      if (number === 2 && socket.id === 'socket-0=') socket.drop();
      else socket.send(socketEventText(`${number}`, number === 0 ? 'reset' : 'subscribed'));
      assert.ok(text.length < 8_192);
    },
    async use({ heard, said, until }) {
      await until(() => said.length >= 6);
      const parts = said.map((text) => JSON.parse(text).chains.length);
      assert.deepEqual(parts, [100, 100, 50, 100, 100, 50]);
      // What the dropped part missed is told again: no id was heard up to.
      assert.ok(said.every((text) => JSON.parse(text).after === undefined));
      assert.deepEqual(heard, ['reset', 'reset']);
    },
  });
});

test('a connection that says nothing is asked, and given up without an answer', async () => {
  await listening({
    socket: { pingMs: 20, answerMs: 40 },
    answer(socket, text) {
      if (!text.includes('ping') || socket.id === 'socket-0=') honest(socket, text);
    },
    async use({ said, connections, until, open }) {
      await until(() => said.filter((text) => text.includes('ping')).length >= 4);
      assert.equal(connections(), 1);
      open.get('socket-0=')?.drop();
      await until(() => connections() >= 3);
    },
  });
});

test('a connection is made anew before the gateway ends it, and nothing is missed', async () => {
  await listening({
    socket: { renewMs: 40 },
    answer: honest,
    async use({ heard, connections, until }) {
      await until(() => connections() >= 4);
      assert.deepEqual(heard, ['reset']);
    },
  });
});

test('a validator that does not answer in time is left', async () => {
  await listening({
    socket: { answerMs: 40 },
    answer: () => undefined,
    use: async ({ connections, until }) => until(() => connections() >= 3),
  });
});

test('what tells nothing known is passed over, and what is no telling ends the line', async () => {
  const odd = ['', '{', 'null', '{"id":"1"}', '{"message":"Internal server error"}', '[1]'];
  const wrong: ((socket: ServerSocket) => void)[] = [
    (socket) => socket.write(frameOf(2, Uint8Array.of(1, 2, 3))),
    (socket) => socket.write(frameOf(1, 'x'.repeat(9_000))),
    // A frame of 2^62 bytes, of which nothing comes.
    (socket) => socket.write(Uint8Array.of(0x81, 127, 0x40, 0, 0, 0, 0, 0, 0, 0)),
    (socket) => socket.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff)),
    (socket) => socket.write(frameOf(1, Uint8Array.of(0xff, 0xfe))),
  ];
  await listening({
    answer(socket, text) {
      honest(socket, text);
      for (const message of odd) socket.send(message);
      socket.send(hintText('x'.repeat(65), bundle(3)));
      socket.send(hintText('8', bundle(1)));
      wrong[Number(socket.id.slice(7, -1))]?.(socket);
    },
    async use({ heard, connections, until }) {
      await until(() => connections() === wrong.length + 1);
      await until(() => heard.length === wrong.length + 2);
      assert.deepEqual(heard, ['reset', ...Array(wrong.length + 1).fill(1)]);
      await sleep(60);
      assert.equal(connections(), wrong.length + 1);
    },
  });
});

test('a validator that refuses is seldom asked again, and a flood ends the line', async () => {
  await listening({
    answer: (socket) => socket.send(socketEventText('7', 'refused')),
    async use({ connections, until }) {
      await until(() => connections() === 1);
      await sleep(100);
      assert.equal(connections(), 1);
    },
  });
  await listening({
    answer(socket) {
      for (let count = 0; count < 5_000; count++) socket.send(socketEventText('7', 'reset'));
    },
    async use({ heard, connections, until }) {
      await until(() => connections() >= 2);
      assert.ok(heard.length <= 1_500, `${heard.length}`);
    },
  });
});

test('a validator sends nobody to this machine, to a number, or out of TLS', () => {
  const own = 'https://validator.example';
  const told = 'wss://abc.execute-api.eu-west-1.amazonaws.com/v1';
  const socketAddress = (url: string, from: string) => toldAddress(url, from, socketSchemes);
  assert.equal(socketAddress(told, own), told);
  assert.equal(socketAddress('ws://127.0.0.1:7/', 'http://127.0.0.1:9'), 'ws://127.0.0.1:7/');
  const local = 'ws://a.execute-api.localhost:4566/v1';
  assert.equal(socketAddress(local, 'http://b.execute-api.localhost:4566'), local);
  for (const url of [
    ...['', 'x', 'https://validator.example', 'ws://validator.example', 'file:///etc/passwd'],
    ...['wss://localhost', 'wss://a.localhost', 'wss://127.0.0.1', 'wss://0x7f.1', 'wss://[::1]'],
    ...['wss://169.254.169.254/latest', 'wss://user@other.example', 'wss://:x@other.example'],
  ]) {
    assert.equal(socketAddress(url, own), undefined, url);
  }
  const bucket = 'https://weft.s3.eu-west-1.amazonaws.com/pending/ab?X-Amz-Signature=cd';
  assert.equal(toldAddress(bucket, own, uploadSchemes), bucket);
  assert.equal(toldAddress(bucket.replace('https', 'http'), own, uploadSchemes), undefined);
  assert.equal(toldAddress(told, own, uploadSchemes), undefined);
});
