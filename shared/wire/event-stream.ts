import { ok, type Result, reject } from '#protocol/primitives/result.ts';

/** Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html has them. */
export const eventStreamType = 'text/event-stream';
/** The id up to which the sender of a request has heard. */
export const lastEventIdHeader = 'last-event-id';

/** Most characters of an id; a longer one is no id. */
export const eventIdLengthMax = 64;
/** Most characters of one line, and of the data of one event. */
const lineLengthMax = 4_096;

export interface StreamEvent {
  /** The newest id that was told, with this event or before it. */
  readonly id: string | undefined;
  readonly event: string;
  /** Empty if only an id was told. */
  readonly data: string;
}

export function eventText(id: string, event: string, data: string): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}

/** Shows that the stream is alive, and that all up to `id` was told. */
export function heartbeatText(id: string): string {
  return `: alive\nid: ${id}\n\n`;
}

export interface EventStreamReader {
  /** The events that are whole now; an error if what came is no stream of bounded events. */
  push(text: string): Result<readonly StreamEvent[], string>;
}

/** Reads a stream piece by piece; it never keeps more than one event. */
export function eventStreamReader(): EventStreamReader {
  let line = '';
  let event = newEvent();
  let id: string | undefined;
  let afterReturn = false;

  /** The event that a whole line ends. */
  function take(): StreamEvent | undefined {
    if (line !== '') {
      readField(event, line);
      return undefined;
    }
    const { fields, isNothing } = event;
    event = newEvent();
    if (isNothing()) return undefined;
    id = fields.id ?? id;
    return { id, event: fields.event ?? 'message', data: fields.data ?? '' };
  }

  return {
    push(text) {
      const events: StreamEvent[] = [];
      // A line may end in CR LF, of which the LF comes with the next piece.
      const pieces = (afterReturn && text.startsWith('\n') ? text.slice(1) : text).split(
        /\r\n|\r|\n/,
      );
      if (text !== '') afterReturn = text.endsWith('\r');
      for (const [index, piece] of pieces.entries()) {
        line += piece;
        if (line.length > lineLengthMax) return reject('a line that is too long');
        if (index === pieces.length - 1) break;
        const whole = take();
        line = '';
        if (whole) events.push(whole);
        if ((event.fields.data?.length ?? 0) > lineLengthMax) return reject('too much data');
      }
      return ok(events);
    },
  };
}

interface Fields {
  id?: string;
  event?: string;
  data?: string;
}

function newEvent() {
  const fields: Fields = {};
  return { fields, isNothing: () => fields.id === undefined && fields.data === undefined };
}

function readField({ fields }: ReturnType<typeof newEvent>, line: string): void {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
  if (name === 'event') fields.event = value;
  if (name === 'data') {
    fields.data = fields.data === undefined ? value : `${fields.data}\n${value}`;
  }
  // Ids go back in a header.
  if (name === 'id' && /^[!-~]*$/.test(value) && value.length <= eventIdLengthMax) {
    fields.id = value;
  }
}
