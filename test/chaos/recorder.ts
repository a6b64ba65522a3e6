import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Vote } from '#protocol/block/vote.ts';
import { chainInfoCodec } from '#protocol/chain/info.ts';
import { chainReplyCodec } from '#protocol/chain/requests.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { valueMediaType } from '#wire/exchange.ts';

/** Stands in front of a validator, and sees every vote that leaves it. */
export interface Recorder {
  readonly url: string;
  close(): void;
}

/** A stand-in for the validator at `target`; what dies behind it dies for its callers too. */
export async function startRecorder(
  target: string,
  onVote: (vote: Vote) => void,
): Promise<Recorder> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((asked, answer) => {
    carry({ target, agent, onVote }, asked, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
      agent.destroy();
    },
  };
}

interface Line {
  readonly target: string;
  readonly agent: Agent;
  onVote(vote: Vote): void;
}

async function carry(
  { target, agent, onVote }: Line,
  asked: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const sent = await buffer(asked);
  const { method = 'GET', url = '/', headers } = asked;
  const forwarded = request(`${target}${url}`, { method, headers, agent });
  const told = await new Promise<IncomingMessage>((resolve, reject) => {
    forwarded.once('response', resolve).once('error', reject).end(sent);
  });
  const body = Uint8Array.from(await buffer(told));
  if (told.headers['content-type'] === valueMediaType) {
    for (const vote of votesIn(method, body)) onVote(vote);
  }
  const { connection: _, 'transfer-encoding': __, ...kept } = told.headers;
  answer.writeHead(told.statusCode ?? 502, { ...kept, 'content-length': body.length }).end(body);
}

/** Other values than replies and information do not decode as these, or hold no vote. */
function votesIn(method: string, body: Uint8Array): readonly Vote[] {
  if (method === 'POST') {
    const reply = decode(chainReplyCodec, body);
    if (!reply.ok) return [];
    return [reply.value.previous, reply.value.decided].flatMap((one) =>
      one?.kind === 'accepted' && one.vote ? [one.vote] : [],
    );
  }
  const info = decode(chainInfoCodec, body);
  const pending = info.ok ? info.value.pending : undefined;
  return [pending?.validate, pending?.confirm].filter((vote) => vote !== undefined);
}
