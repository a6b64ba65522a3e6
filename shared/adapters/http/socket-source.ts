import type { LookupFunction, Socket } from 'node:net';
import { Agent, buildConnector, WebSocket } from 'undici';
import type { ChainId } from '#protocol/block/chain-id.ts';
import {
  pingText,
  type SocketTelling,
  socketChainsMax,
  socketMessageLengthMax,
  socketTellingFromText,
  subscribeText,
} from '#wire/socket-messages.ts';
import type { Heard, Source, StreamEnd } from './event-source.ts';

export interface SocketOptions {
  /** A connection on which nothing was told for so long is asked whether it is alive. */
  readonly pingMs?: number;
  /** How long each answer of the validator may take, the first of a new process included. */
  readonly answerMs?: number;
  /** A connection is made anew after so long. */
  readonly renewMs?: number;
  /** Resolves names, where the system's way will not do. */
  readonly lookup?: LookupFunction;
}

export interface SocketSource extends Omit<Source, 'silenceMs' | 'renewMs'> {
  readonly url: string;
  readonly options: SocketOptions;
}

/** More in a tenth of a second is a flood, which nobody can slow down here. */
const tellingsMax = 500;
const windowMs = 100;
/** API Gateway ends what is idle for 10 minutes, and everything after 2 hours. */
const pingMsDefault = 240_000;
const renewMsDefault = 6_600_000;
const answerMsDefault = 20_000;
const connectMs = 3_000;
const goodbyeMs = 500;

/** Listens over one WebSocket. It subscribes part by part, then asks for signs of life. */
export function hearOverSocket(source: SocketSource): Heard {
  const { answerMs = answerMsDefault, renewMs = renewMsDefault } = source.options;
  const { pingMs = pingMsDefault } = source.options;
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  const line = connect(source);
  const { socket } = line;
  const renewal = setTimeout(() => end('renewed'), renewMs);
  let timer = setTimeout(() => end('lost'), answerMs);
  let hasEnded = false;

  function end(how: StreamEnd): void {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(timer);
    clearTimeout(renewal);
    line.close();
    resolve(how);
  }

  function wait(lengthMs: number, then: () => void): void {
    clearTimeout(timer);
    if (!hasEnded) timer = setTimeout(then, lengthMs);
  }

  function say(text: string): void {
    if (!hasEnded) socket.send(text);
    wait(answerMs, () => end('lost'));
  }

  const rest = () => wait(pingMs, () => say(pingText));
  const { open, take } = conversation(source, { say, rest, end });
  const isFlood = floodGate();
  socket.addEventListener('open', open);
  socket.addEventListener('message', ({ data }) => {
    const isText = typeof data === 'string' && !isFlood();
    const telling = isText ? socketTellingFromText(data) : undefined;
    if (!isText) end('lost');
    else if (telling && !hasEnded) take(telling);
  });
  socket.addEventListener('error', () => end('lost'));
  socket.addEventListener('close', () => end('lost'));
  return { ended: promise, close: () => end('lost') };
}

interface Line {
  readonly socket: WebSocket;
  /** Says goodbye, and hangs up whether or not there is an answer. */
  close(): void;
}

function connect({ url, options: { lookup } }: SocketSource): Line {
  let raw: Socket | undefined;
  const connector = buildConnector({ timeout: connectMs, ...(lookup && { lookup }) });
  const dispatcher = new Agent({
    connect: (options, callback) =>
      connector(options, (...connected) => {
        raw = connected[1] ?? undefined;
        callback(...connected);
      }),
    webSocket: { maxPayloadSize: socketMessageLengthMax },
  });
  const socket = new WebSocket(url, { dispatcher });
  return {
    socket,
    close() {
      socket.close();
      setTimeout(() => raw?.destroy(), goodbyeMs).unref();
      void dispatcher.destroy().catch(() => undefined);
    },
  };
}

interface Steps {
  /** Sends, and waits for an answer. */
  say(text: string): void;
  /** Nothing is to be done until the next sign of life is due. */
  rest(): void;
  end(how: StreamEnd): void;
}

/**
 * What is done about the open line, and about each telling. Ids count once all parts
 * are subscribed to: before that, whoever resumes would pass over what the others missed.
 */
function conversation({ chains, after, listener, onId }: SocketSource, steps: Steps) {
  const wanted: ReadonlySet<ChainId> = new Set(chains);
  const parts = partsOf(chains);
  let firstId: string | undefined;
  let isLive = false;

  function subscribeOn(): void {
    const part = parts.shift();
    if (part) {
      steps.say(subscribeText(part, after));
      return;
    }
    isLive = true;
    if (firstId !== undefined) onId(firstId);
    steps.rest();
  }

  function isAnswer(kind: SocketTelling['kind']): boolean {
    return !isLive && (kind === 'reset' || kind === 'subscribed');
  }

  function take(telling: SocketTelling): void {
    if (telling.kind === 'refused') steps.end('unsupported');
    if (telling.kind === 'reset') listener.onReset();
    if (telling.kind === 'hint' && wanted.has(telling.notification.chain)) {
      listener.onNotification(telling.notification);
    }
    if (isAnswer(telling.kind)) {
      firstId ??= telling.id;
      subscribeOn();
    } else if (isLive && telling.kind !== 'refused') {
      onId(telling.id);
      steps.rest();
    }
  }

  return { open: subscribeOn, take };
}

function partsOf(chains: readonly ChainId[]): (readonly ChainId[])[] {
  const parts: (readonly ChainId[])[] = [];
  for (let from = 0; from < chains.length; from += socketChainsMax) {
    parts.push(chains.slice(from, from + socketChainsMax));
  }
  return parts;
}

/** Whether one more is too many in this window. */
function floodGate(): () => boolean {
  let told = 0;
  let since = performance.now();
  return () => {
    const now = performance.now();
    if (now - since > windowMs) {
      since = now;
      told = 0;
    }
    told++;
    return told > tellingsMax;
  };
}
