import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeServer, listenAt } from '#adapters/http/open-close.ts';
import { type AwsCall, awsCallOf, useOfMissing, type WireCall } from './aws-call.ts';
import { type Faulted, type FaultPlan, refusalOf } from './seeded-faults.ts';

/** A call, and what became of it. */
export interface RecordedCall extends AwsCall {
  readonly status: number;
  /** What the service said, of a call that it refused. */
  readonly refusal: string;
}

/** Stands between those who call AWS and an emulator: sees every call, and may spoil some. */
export interface AwsProxy {
  readonly url: string;
  /** Calls that were answered, in the order of their answers. */
  calls(): readonly RecordedCall[];
  /** From now on calls go wrong by this plan, or no more. */
  spoil(plan: FaultPlan | undefined): void;
  /** How many calls went wrong. */
  spoilt(): number;
  /** Waits for what is done late. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Where a proxy tells what it recorded, to those in other processes. */
export const callsPath = '/_recorded/calls';

export interface ProxyOptions {
  /** Where the emulator answers; asked for each call. */
  target(): string;
  readonly port?: number;
  /** Who calls through here, where the key does not tell. */
  readonly caller?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

const lateMsMax = 60;
const wellAfterMs = 1;
const closeGraceMs = 1_000;
/** Of one connection alone, and made anew for what is sent on. */
const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect']);

export async function startAwsProxy(options: ProxyOptions): Promise<AwsProxy> {
  const calls: RecordedCall[] = [];
  const late = new Set<Promise<unknown>>();
  let plan: FaultPlan | undefined;
  let spoiled = 0;

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const wire = await wireOf(incoming);
    const found = awsCallOf(wire);
    const call = found && { ...found, caller: options.caller ?? found.caller };
    const faulted = call && plan?.faultFor(call);
    if (faulted) spoiled++;
    const forward = (changed: WireCall = wire) => sendOn(options.target(), changed);
    const answer =
      call && faulted ? await spoil(call, faulted, { wire, forward, late }) : await forward();
    if (call && answer !== undefined) {
      const missing = call.service === 's3' && answer.status === 404 ? useOfMissing(wire) : [];
      const { status, body } = answer;
      const refusal = status < 400 ? '' : new TextDecoder().decode(body);
      calls.push({ ...call, uses: [...call.uses, ...missing], status, refusal });
    }
    if (answer === undefined) outgoing.destroy();
    else sendBack(outgoing, answer, wire.method);
  }

  const server = createServer((incoming, outgoing) => {
    if (incoming.url === callsPath) return void outgoing.end(JSON.stringify(calls));
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on('upgrade', (incoming, socket, head) => {
    passOn(options.target(), incoming, { socket, head });
  });
  // Whoever keeps a connection longer than we do would be cut off with a call on its way.
  server.keepAliveTimeout = 60_000;
  const { url } = await listenAt(server, { port: options.port ?? 0, host: '127.0.0.1' });
  return {
    url,
    calls: () => [...calls],
    spoil(wanted) {
      plan = wanted;
    },
    spoilt: () => spoiled,
    settled: async () => {
      await Promise.all(late);
    },
    close: () => closeServer(server, closeGraceMs),
  };
}

/** The answer to a call that goes wrong; none if its caller is cut off. */
async function spoil(call: AwsCall, faulted: Faulted, sent: Sent): Promise<Answer | undefined> {
  const { wire, forward, late } = sent;
  switch (faulted.fault) {
    case 'throttled':
    case 'conflict':
    case 'refused by the server': {
      const { status, body } = refusalOf(call, faulted);
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      return { status, headers, body: new TextEncoder().encode(body) };
    }
    case 'lost':
      return undefined;
    case 'done and lost':
      await forward();
      return undefined;
    case 'late': {
      const ms = wellAfterMs + faulted.random.below(lateMsMax);
      const done: Promise<unknown> = sleep(ms)
        .then(() => forward())
        .catch(() => undefined)
        .finally(() => late.delete(done));
      late.add(done);
      return undefined;
    }
    case 'doubled':
      await forward();
      return await forward();
    case 'delayed':
      return await forward(withEntries(wire, (entry) => ({ ...entry, DelaySeconds: 1 })));
    case 'half':
      return await halfOf(sent);
  }
}

interface Upgraded {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** A WebSocket, byte by byte. */
function passOn(origin: string, incoming: IncomingMessage, { socket, head }: Upgraded): void {
  const { hostname, port } = new URL(origin);
  const onward = connect(Number(port), hostname, () => {
    const { method, url, rawHeaders } = incoming;
    const lines = Array.from(
      { length: rawHeaders.length / 2 },
      (_, index) => `${rawHeaders[2 * index]}: ${rawHeaders[2 * index + 1]}\r\n`,
    );
    onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  for (const one of [socket, onward]) {
    one.on('error', () => {
      socket.destroy();
      onward.destroy();
    });
  }
}

interface Sent {
  readonly wire: WireCall;
  /** What is still to be done. */
  readonly late: Set<Promise<unknown>>;
  forward(changed?: WireCall): Promise<Answer>;
}

async function wireOf(incoming: IncomingMessage): Promise<WireCall> {
  const { method = '', url = '', headers } = incoming;
  const plain = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  const body = await buffer(incoming);
  return { method, target: url, headers: Object.fromEntries(plain), body };
}

/** As if it had come over TLS: policies refuse what has not. */
const overTls = { 'x-forwarded-proto': 'https' };

function sendOn(origin: string, { method, target, headers, body }: WireCall): Promise<Answer> {
  const kept = Object.entries(headers).filter(([name]) => !ofConnection.has(name));
  const length = { 'content-length': `${body.length}` };
  const sent = { ...Object.fromEntries(kept), ...length, ...overTls };
  return new Promise((resolve, reject) => {
    const asked = request(`${origin}${target}`, { method, headers: sent, agent: false });
    asked.once('error', reject);
    asked.once('response', (answer) => {
      const { statusCode: status = 0 } = answer;
      buffer(answer).then(
        (read) => resolve({ status, headers: answer.headers, body: read }),
        reject,
      );
    });
    asked.end(body);
  });
}

function sendBack(outgoing: ServerResponse, { status, headers, body }: Answer, method: string) {
  const kept = Object.entries(headers).filter(([name]) => !ofConnection.has(name));
  const length = method === 'HEAD' ? {} : { 'content-length': `${body.length}` };
  outgoing.writeHead(status, { ...Object.fromEntries(kept), ...length });
  outgoing.end(body);
}

type Json = ReturnType<typeof JSON.parse>;

function withEntries(wire: WireCall, change: (entry: Json, index: number) => Json): WireCall {
  const input = JSON.parse(new TextDecoder().decode(wire.body));
  const Entries = input.Entries.map(change).filter((entry: Json) => entry !== undefined);
  return { ...wire, body: new TextEncoder().encode(JSON.stringify({ ...input, Entries })) };
}

/** Every other record of a batch is not taken, and named in the answer. */
async function halfOf({ wire, forward }: Sent): Promise<Answer> {
  const refused: Json[] = [];
  const kept = withEntries(wire, (entry, index) => {
    if (index % 2 === 0) return entry;
    refused.push({ Id: entry.Id, Code: 'InternalError', SenderFault: false });
    return undefined;
  });
  const answer = await forward(kept);
  const told = JSON.parse(new TextDecoder().decode(answer.body));
  const body = JSON.stringify({ ...told, Failed: refused });
  return { ...answer, body: new TextEncoder().encode(body) };
}
