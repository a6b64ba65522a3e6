import type { ServerResponse } from 'node:http';
import type { WireStream } from '#wire/exchange.ts';

/** A reader that takes nothing for so long is gone. */
export const drainMsDefault = 30_000;

/** Sends a stream no faster than its reader takes it, until either ends. */
export async function sendStream(
  response: ServerResponse,
  stream: WireStream,
  drainMs: number,
): Promise<void> {
  response.once('close', () => stream.close());
  try {
    for (;;) {
      const piece = await stream.next();
      if (piece === undefined || response.destroyed) break;
      if (!response.write(piece) && !(await isDrained(response, drainMs))) break;
    }
    if (response.writableNeedDrain) response.destroy();
    else response.end();
  } finally {
    stream.close();
  }
}

/** Whether all that was written is taken in time. */
function isDrained(response: ServerResponse, drainMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isTaken: boolean) => {
      clearTimeout(timer);
      response.removeListener('drain', drained);
      response.removeListener('close', closed);
      resolve(isTaken);
    };
    const drained = () => settle(true);
    const closed = () => settle(false);
    const timer = setTimeout(closed, drainMs);
    response.once('drain', drained);
    response.once('close', closed);
  });
}
