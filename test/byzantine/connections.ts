import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { valueMediaType } from '#wire/exchange.ts';
import type { Fault } from './fault.ts';

type Connect = NonNullable<Fault['connect']>;

const piece = 'x'.repeat(65_536);

/** Does with connections what no honest server does. */
export const connectionFaults: readonly Fault[] = [
  { name: 'refuses connections', connect: (socket) => void socket.destroy() },
  { name: 'takes connections and says nothing', connect: (socket) => void socket.resume() },
  { name: 'speaks no HTTP', connect: sayOnce('\x00\x16\x03\x01 220 ready\r\n\r\n') },
  { name: 'promises a reply of 50 MB', connect: sayOnce(headWith('content-length: 50000000')) },
  { name: 'never ends a head', connect: sayForEver('HTTP/1.1 200 OK\r\n', `x: ${piece}\r\n`) },
  {
    name: 'never ends a reply',
    connect: sayForEver(headWith('transfer-encoding: chunked'), `10000\r\n${piece}\r\n`),
  },
  { name: 'sends ten bytes a second', connect: drip },
  { name: 'cuts replies in the middle', connect: cutShort },
];

function headWith(header: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: ${valueMediaType}\r\n${header}\r\n\r\n`;
}

function sayOnce(text: string): Connect {
  return (socket) => void socket.once('data', () => socket.write(text, 'latin1'));
}

function sayForEver(head: string, more: string): Connect {
  return (socket) => {
    const goOn = () => {
      while (socket.writable && socket.write(more));
    };
    socket.on('drain', goOn);
    socket.once('data', () => {
      socket.write(head);
      goOn();
    });
  };
}

function drip(socket: Socket, serve: () => Socket): void {
  const served = serve();
  socket.pipe(served);
  void sendSlowly(served, socket).catch(() => socket.destroy());
}

async function sendSlowly(from: Socket, to: Socket): Promise<void> {
  for await (const bytes of from) {
    for (const byte of bytes as Uint8Array) {
      if (!to.writable) return;
      to.write(Uint8Array.of(byte));
      await sleep(100);
    }
  }
}

const keptBytes = 300;

function cutShort(socket: Socket, serve: () => Socket): void {
  const served = serve();
  socket.pipe(served);
  served.on('data', (bytes: Uint8Array) => {
    socket.write(bytes.subarray(0, keptBytes), () => socket.destroy());
  });
}
