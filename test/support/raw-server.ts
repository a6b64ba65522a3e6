import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that answers each connection's bytes as it likes. */
export interface RawServer {
  readonly url: string;
  connections(): number;
  close(): Promise<void>;
}

/** `answer` hears of each piece of a request; it is no HTTP server unless it says so. */
export async function rawServer(
  answer: (socket: Socket, heard: string) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => answer(socket, chunk.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
