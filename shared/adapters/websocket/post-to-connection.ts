import type { Push } from '#ports/push.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { WebCall } from '#ports/web-call.ts';

export interface PushOptions {
  /** Signs for the service `execute-api`. */
  readonly call: WebCall;
  /** `https://ID.execute-api.REGION.amazonaws.com/STAGE` */
  readonly endpoint: string;
  /** Where the endpoint has no name of its own, as emulators' have not. */
  readonly host?: string | undefined;
}

const connectionShape = /^[\w+/=-]{1,128}$/;

/** Sends text over the WebSocket connections that API Gateway holds for us. */
export function postToConnection({ call, endpoint, host }: PushOptions): Push {
  return async (connection, text) => {
    if (!connectionShape.test(connection)) return 'gone';
    const { status } = await call({
      method: 'POST',
      url: `${endpoint}/@connections/${encodeURIComponent(connection)}`,
      headers: { 'content-type': 'application/json', ...(host !== undefined && { host }) },
      body: new TextEncoder().encode(text),
    });
    if (status === 200) return 'sent';
    if (status === 410) return 'gone';
    throw new StoreFault(`cannot push to a connection: status ${status}`);
  };
}
