import { type AddressInfo, createServer, connect as openSocket, type Socket } from 'node:net';
import { httpServer } from '#adapters/http/server.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { handleApi } from '#api/handle-api.ts';
import { validatorApi } from '#api/validator-api.ts';
import type { TestValidator } from '#test/support/committee.ts';
import type { WireReply, WireRequest } from '#wire/exchange.ts';
import { matchRoute } from '#wire/routes.ts';
import { firstShardMap } from '#wire/shard-map.ts';
import type { Fault, Liar } from './fault.ts';

/** A validator's address, at which it may be faulty. */
export interface Front {
  readonly url: string;
  /** Honest without a fault. Connections that are open are cut. */
  behave(fault: Fault | undefined): void;
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Serves a validator at an address of its own. */
export async function openFront(
  { ports }: TestValidator,
  { name, liar }: { readonly name: string; readonly liar: () => Liar },
): Promise<Front> {
  const { publicKey } = liar().signer;
  const api = validatorApi(ports, {
    identity: { name, publicKey },
    software: 'weft test',
    shardMap: () => firstShardMap,
    onFault: () => undefined,
  });
  const honest = (request: WireRequest) => handleApi({ ...api, clock: systemClock }, request);
  let answer: (request: WireRequest) => Promise<WireReply> = honest;
  let takeOver: Fault['connect'];
  const server = httpServer((request) => answer(request), { closeGraceMs: 50, drainMs: 2_000 });
  const { port } = await server.listen({ port: 0, host });
  const line = await openLine(port, (socket, serve) => (takeOver ?? serveAll)(socket, serve));
  return {
    url: line.url,
    behave(fault) {
      const { lie, answer: reply } = fault ?? {};
      const told = liar();
      const node = lie ? { ...api.node, ...lie(told) } : api.node;
      const own = (request: WireRequest) =>
        handleApi({ ...api, node, clock: systemClock }, request);
      const made = reply?.(told);
      answer = (request) => {
        if (!made) return own(request);
        const route = matchRoute(request.method, request.target);
        const asked = { route: route.ok ? route.value.route.name : undefined, request };
        return made({ ...asked, honest: () => own(request) });
      };
      takeOver = fault?.connect;
      line.cut();
    },
    async close() {
      await line.close();
      await server.close();
    },
  };
}

type Connect = (socket: Socket, serve: () => Socket) => void;

function serveAll(socket: Socket, serve: () => Socket): void {
  const served = serve();
  socket.pipe(served).pipe(socket);
}

/** An address whose connections end at the server on `port`, as `onConnection` likes. */
async function openLine(port: number, onConnection: Connect) {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other?: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      sockets.delete(socket);
      other?.destroy();
    });
    return socket;
  };
  const server = createServer((socket) => {
    keep(socket);
    onConnection(socket, () => {
      const served = keep(openSocket({ port, host }), socket);
      socket.once('close', () => served.destroy());
      return served;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    cut,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        cut();
      });
    },
  };
}
