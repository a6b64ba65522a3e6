import { type Dispatcher, Pool } from 'undici';
import { UnreachableFault } from '#ports/validator-node.ts';
import { joinBytes } from '#protocol/primitives/bytes.ts';

/** What is sent, and what may come back at most. */
export interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly deadlineMs: number;
  readonly bytesMax: number;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Carries requests to one server over kept connections. */
export interface Carrier {
  /** @throws UnreachableFault without a whole reply of at most `bytesMax` in time. */
  send(sent: Sent): Promise<Received>;
  close(): Promise<void>;
}

/** A kept connection that the server closed just then: nothing came back, so send once more. */
const closedCodes: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

export function carrierTo(url: string, connections: number): Carrier {
  const pool = new Pool(url, {
    connections,
    pipelining: 1,
    connect: { timeout: 3_000 },
    // Each request has a deadline of its own over all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 10_000,
  });
  return {
    async send(sent) {
      const start = performance.now();
      try {
        return await exchange(pool, sent);
      } catch (error) {
        const left = sent.deadlineMs - (performance.now() - start);
        if (!closedCodes.has(codeOf(error)) || left <= 0) throw fault(url, error);
        return await exchange(pool, { ...sent, deadlineMs: left }).catch((again: unknown) => {
          throw fault(url, again);
        });
      }
    },
    close: () => pool.destroy(),
  };
}

function exchange(pool: Pool, sent: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const { method, path, headers, body, deadlineMs, bytesMax } = sent;
    let controller: Dispatcher.DispatchController | undefined;
    let failure: Error | undefined;
    const fail = (message: string) => {
      failure = new Error(message);
      reject(failure);
      controller?.abort(failure);
    };
    const timer = setTimeout(
      () => fail(`no answer within ${Math.ceil(deadlineMs)} ms`),
      deadlineMs,
    );
    const chunks: Uint8Array[] = [];
    let length = 0;
    let head: Omit<Received, 'body'> | undefined;
    const settle = (done: () => void) => {
      clearTimeout(timer);
      done();
    };
    pool.dispatch(
      { method, path, headers, body: body ?? null },
      {
        onRequestStart(started) {
          controller = started;
          if (failure) started.abort(failure);
        },
        onResponseStart(_, status, received) {
          head = { status, headers: received };
          const declared = Number(received['content-length'] ?? 0);
          if (declared > bytesMax) settle(() => fail(`a reply of ${declared} bytes`));
        },
        onResponseData(_, chunk) {
          length += chunk.length;
          chunks.push(chunk);
          if (length > bytesMax) settle(() => fail(`a reply of more than ${bytesMax} bytes`));
        },
        onResponseEnd() {
          const answered = head;
          settle(() => {
            if (answered) resolve({ ...answered, body: joinBytes(chunks) });
            else reject(new Error('a reply without a head'));
          });
        },
        onResponseError: (_, error) => settle(() => reject(error)),
      },
    );
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function fault(url: string, cause: unknown): UnreachableFault {
  const reason = cause instanceof Error ? cause.message || String(codeOf(cause)) : String(cause);
  return new UnreachableFault(`${url}: ${reason}`, { cause });
}
