import type { ConnectionId } from './listeners.ts';

/** Sends text to whoever holds a connection. Throws `StoreFault` if it is not known to be sent. */
export type Push = (connection: ConnectionId, text: string) => Promise<'sent' | 'gone'>;
