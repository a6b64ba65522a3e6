import { setTimeout as sleep } from 'node:timers/promises';
import { refusalCodec } from '#protocol/chain/requests.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { utf8FromText } from '#protocol/encoding/text.ts';
import {
  refusalMediaType,
  shardMapHeader,
  valueMediaType,
  type WireReply,
} from '#wire/exchange.ts';
import { routes } from '#wire/routes.ts';
import { type Asked, type Fault, never } from './fault.ts';

type Answer = NonNullable<Fault['answer']>;

/** Gives replies that are other bytes than an honest validator's. */
export const replyFaults: readonly Fault[] = [
  { name: 'cuts the connection in place of a reply', answer: () => () => Promise.reject(cut) },
  {
    name: 'sends random bytes',
    answer:
      ({ random }) =>
      () =>
        Promise.resolve(valueReply(random.bytes(random.below(2_000)))),
  },
  {
    name: 'flips a bit of each reply',
    answer: ({ random }) =>
      changed((body) => {
        const at = random.below(body.length);
        return body.map((byte, index) => (index === at ? byte ^ (1 << random.below(8)) : byte));
      }),
  },
  { name: 'leaves out the last byte', answer: () => changed((body) => body.slice(0, -1)) },
  { name: 'adds a byte', answer: () => changed((body) => Uint8Array.of(...body, 0)) },
  {
    name: 'answers with a web page',
    answer: () => () =>
      Promise.resolve({ status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' }),
  },
  {
    name: 'claims a shard map of the far future',
    answer: () => async (asked) => {
      const reply = await asked.honest();
      return { ...reply, headers: { ...reply.headers, [shardMapHeader]: '4294967295;bits=4' } };
    },
  },
  { name: 'is busy for ever', answer: () => () => Promise.resolve(refusing('busy')) },
  { name: 'refuses for unknown reasons', answer: () => () => Promise.resolve(refusing('because')) },
  {
    name: 'takes half a second longer',
    answer: () => async (asked) => {
      await sleep(500);
      return await asked.honest();
    },
  },
  { name: 'repeats its first replies', answer: repeating },
  { name: 'gives each the reply of the one before', answer: lagging },
];

/** Keeps replies of one kind to itself. */
export const withholdingFaults: readonly Fault[] = routes
  .filter(({ path }) => path.includes('{shard}'))
  .map(({ name }) => ({
    name: `never answers ${name}`,
    answer: () => async (asked) => await (asked.route === name ? never() : asked.honest()),
  }));

const cut = new Error('the connection is cut');

function valueReply(body: Uint8Array): WireReply {
  return { status: 200, headers: { 'content-type': valueMediaType }, body };
}

function refusing(kind: string): WireReply {
  const refusal = { kind, remedy: 'retry', found: 'this', expected: 'that' };
  const headers = { 'content-type': refusalMediaType };
  return { status: 503, headers, body: encode(refusalCodec, refusal) };
}

function changed(change: (body: Uint8Array) => Uint8Array): ReturnType<Answer> {
  return async (asked) => {
    const reply = await asked.honest();
    const body = typeof reply.body === 'string' ? utf8FromText(reply.body) : reply.body;
    return { ...reply, body: body.length > 0 ? change(body) : body };
  };
}

/** Every chain's first reply of a kind, for as long as the validator lives. */
function repeating(): ReturnType<Answer> {
  const first = new Map<string, WireReply>();
  return async (asked) => {
    const key = nameOf(asked);
    const reply = first.get(key) ?? (await asked.honest());
    if (!reply.stream) first.set(key, reply);
    return reply;
  };
}

/** What was asked for before, of the same kind. */
function lagging(): ReturnType<Answer> {
  const last = new Map<string, WireReply>();
  return async (asked) => {
    const reply = await asked.honest();
    if (reply.stream) return reply;
    const before = last.get(`${asked.route}`) ?? reply;
    last.set(`${asked.route}`, reply);
    return before;
  };
}

function nameOf({ request: { method, target } }: Asked): string {
  const [path] = target.split('?');
  return `${method} ${path}`;
}
