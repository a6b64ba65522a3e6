import { connect } from 'node:net';
import { httpServer } from '#adapters/http/server.ts';
import { handleApi } from '#api/handle-api.ts';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import type { WireRequest } from '#wire/exchange.ts';
import type { Random } from '../simulation/random.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { newStage, stageRequests } from './stage.ts';
import { type AnyTarget, anyTarget, type Judged } from './target.ts';

/** A connection for each input takes long. */
const httpShare = 0.1;
const answerMsMax = 900;

/** Raw bytes for the HTTP server: heads and bodies as nobody should send them. */
export async function httpTarget(): Promise<AnyTarget> {
  const requests = await stageRequests();
  const stage = await newStage();
  const server = httpServer((request) => handleApi(stage.context, request), {
    headersTimeoutMs: 200,
    requestTimeoutMs: 300,
    checkEveryMs: 50,
    lingerMs: 20,
    closeGraceMs: 100,
  });
  let port: number | undefined;
  return anyTarget({
    name: 'httpServer',
    seeds: requests.map(bytesOfRequest),
    share: httpShare,
    mutate: (random: Random, pool: readonly Uint8Array[]) =>
      mutateBytes(random, cut(random.pick(pool)), cut(random.pick(pool))),
    show: (bytes: Uint8Array) => JSON.stringify(Buffer.from(bytes).toString('latin1')),
    async judge(bytes: Uint8Array): Promise<Judged> {
      port ??= (await server.listen({ port: 0, host: '127.0.0.1' })).port;
      const heard = await exchange(port, bytes);
      const [fault] = stage.faults.splice(0);
      if (fault !== undefined) throw fault;
      const statuses = [...heard.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => status);
      if (heard !== '' && !heard.startsWith('HTTP/1.1 ')) throw new Error(heard.slice(0, 200));
      if (statuses.some((status) => Number(status) >= 500)) throw new Error(statuses.join(' '));
      const feature = statuses.slice(0, 2).join(' ');
      return { kind: /^2/.test(feature) ? 'accepted' : 'refused', feature };
    },
    close: () => server.close(),
  });
}

function bytesOfRequest({ method, target, headers, body }: WireRequest): Uint8Array {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body.length > 0 ? `content-length: ${body.length}\r\n` : '';
  const head = `${method} ${target} HTTP/1.1\r\nhost: a\r\n${lines.join('')}${length}\r\n`;
  return concatBytes(Buffer.from(head, 'latin1'), body);
}

function cut(bytes: Uint8Array) {
  const text = Buffer.from(bytes).toString('latin1');
  return { bytes, cuts: [...text.matchAll(/\b/g)].slice(0, 500).map(({ index }) => index) };
}

/** What comes back until the server is done with the connection; of a stream, its beginning. */
function exchange(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1');
    const end = () => {
      clearTimeout(patience);
      socket.destroy();
      resolve(heard);
    };
    const patience = setTimeout(end, answerMsMax);
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text;
      if (heard.includes('text/event-stream')) end();
    });
    socket.on('close', end).on('error', end);
    socket.end(bytes);
  });
}
