import { Client, type Dispatcher } from 'undici';
import type { HintListener } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { encode } from '#protocol/encoding/codec.ts';
import {
  eventStreamReader,
  eventStreamType,
  lastEventIdHeader,
  type StreamEvent,
} from '#wire/event-stream.ts';
import { protocolHeader, refusalHeader, valueMediaType, wireVersion } from '#wire/exchange.ts';
import { notificationFromText, resetEvent, subscriptionCodec } from '#wire/notifications.ts';
import { subscriptionPath } from '#wire/routes.ts';

export interface Source {
  readonly url: string;
  readonly chains: readonly ChainId[];
  /** The id up to which was heard. */
  readonly after: string | undefined;
  readonly silenceMs: number;
  readonly renewMs: number;
  readonly listener: HintListener;
  onId(id: string): void;
}

/** One stream, from its request to its end. */
export interface Heard {
  readonly ended: Promise<StreamEnd>;
  close(): void;
}

export type StreamEnd =
  /** It failed, was refused, or was closed. */
  | 'lost'
  /** This validator streams nothing. */
  | 'unsupported'
  /** It had lasted long enough. */
  | 'renewed';

/** More events in a tenth of a second wait in the network: hints are not worth more. */
const eventsMax = 500;
const windowMs = 100;

/** Listens to one stream over a connection of its own. It keeps one event at most. */
export function hearOnce(source: Source): Heard {
  const { url, chains, after, silenceMs, renewMs } = source;
  const client = new Client(url, {
    connect: { timeout: 3_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  const silence = setTimeout(() => end('lost'), silenceMs);
  const renewal = setTimeout(() => end('renewed'), renewMs);
  let hasEnded = false;

  function end(how: StreamEnd): void {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(silence);
    clearTimeout(renewal);
    const settle = () => resolve(how);
    client.destroy().then(settle, settle);
  }

  const headers = {
    accept: eventStreamType,
    'content-type': valueMediaType,
    [protocolHeader]: wireVersion,
    ...(after === undefined ? {} : { [lastEventIdHeader]: after }),
  };
  const hear = eventsTo(source, () => hasEnded);
  client.dispatch(
    {
      method: 'POST',
      path: subscriptionPath,
      headers,
      body: encode(subscriptionCodec, { chains }),
    },
    {
      onRequestStart: () => undefined,
      onResponseStart(_, status, received) {
        const type = `${received['content-type']}`;
        if (status === 200 && type.startsWith(eventStreamType)) return;
        end(received[refusalHeader] === 'not-supported' ? 'unsupported' : 'lost');
      },
      onResponseData(controller, chunk) {
        silence.refresh();
        if (!hear(controller, chunk)) end('lost');
      },
      onResponseEnd: () => end('lost'),
      onResponseError: () => end('lost'),
    },
  );
  return { ended: promise, close: () => end('lost') };
}

/** Takes what comes of a stream; false once it is none. */
function eventsTo({ listener, onId }: Source, hasEnded: () => boolean) {
  const reader = eventStreamReader();
  let told = 0;
  let since = performance.now();

  function tell({ id, event, data }: StreamEvent): void {
    if (data !== '') {
      told++;
      const notification = event === resetEvent ? undefined : notificationFromText(data);
      if (event === resetEvent) listener.onReset();
      else if (notification) listener.onNotification(notification);
    }
    if (id !== undefined) onId(id);
  }

  /** Whoever tells much is read slowly. */
  function hold(controller: Dispatcher.DispatchController): void {
    const now = performance.now();
    if (now - since > windowMs) {
      since = now;
      told = 0;
    }
    if (told <= eventsMax) return;
    told = 0;
    controller.pause();
    setTimeout(() => controller.resume(), windowMs);
  }

  return (controller: Dispatcher.DispatchController, chunk: Uint8Array): boolean => {
    // Ids, kinds and data are ASCII; what is not becomes something that is none of them.
    const read = reader.push(Buffer.from(chunk).toString('latin1'));
    if (!read.ok) return false;
    for (const event of read.value) {
      if (hasEnded()) return false;
      tell(event);
    }
    hold(controller);
    return true;
  };
}
