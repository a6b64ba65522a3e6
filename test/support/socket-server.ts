import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One WebSocket as its server has it. */
export interface ServerSocket {
  readonly id: string;
  send(text: string): void;
  /** Writes bytes as they are, whether or not they are a frame. */
  write(bytes: Uint8Array): void;
  /** Hangs up without a word. */
  drop(): void;
}

export interface SocketServer {
  /** `ws://127.0.0.1:PORT/` */
  readonly url: string;
  /** All that were ever opened. */
  connections(): number;
  /** Those that are open, by their ids. */
  readonly open: ReadonlyMap<string, ServerSocket>;
  close(): Promise<void>;
}

export interface SocketHandlers {
  onOpen?(socket: ServerSocket): void;
  onText(socket: ServerSocket, text: string): void;
  onClose?(socket: ServerSocket): void;
}

const opcodes = { text: 1, close: 8 } as const;
/** As RFC 6455 has it. */
const handshakeKey = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A WebSocket server for clients that mean no harm: messages of one short frame each. */
export async function socketServer(handlers: SocketHandlers): Promise<SocketServer> {
  const open = new Map<string, ServerSocket>();
  const raws = new Set<Socket>();
  let connections = 0;
  const server = createServer((_, response) => response.writeHead(426).end());
  server.on('upgrade', ({ headers }, raw: Socket) => {
    const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${handshakeKey}`);
    raw.write(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n' +
        `sec-websocket-accept: ${accept.digest('base64')}\r\n\r\n`,
    );
    const socket = serverSocket(`socket-${connections++}=`, raw);
    open.set(socket.id, socket);
    raws.add(raw);
    raw.on('error', () => undefined);
    raw.on('close', () => {
      raws.delete(raw);
      open.delete(socket.id);
      handlers.onClose?.(socket);
    });
    let pending = Buffer.alloc(0);
    raw.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      for (let frame = frameIn(pending); frame; frame = frameIn(pending)) {
        pending = pending.subarray(frame.length);
        if (frame.opcode === opcodes.text) handlers.onText(socket, frame.text);
        if (frame.opcode === opcodes.close) raw.end(frameOf(opcodes.close, ''));
      }
    });
    handlers.onOpen?.(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    connections: () => connections,
    open,
    close: () =>
      new Promise((resolve) => {
        for (const raw of raws) raw.destroy();
        server.close(() => resolve());
      }),
  };
}

function serverSocket(id: string, raw: Socket): ServerSocket {
  return {
    id,
    send: (text) => void raw.write(frameOf(opcodes.text, text)),
    write: (bytes) => void raw.write(bytes),
    drop: () => void raw.destroy(),
  };
}

/** A frame from a server, which is not masked. */
export function frameOf(opcode: number, content: string | Uint8Array): Uint8Array {
  const payload = Buffer.from(content as string);
  const { length } = payload;
  const head = length < 126 ? [length] : [126, length >> 8, length & 0xff];
  if (length > 0xffff) throw new Error('a longer frame than a test has');
  return Buffer.concat([Uint8Array.of(0x80 | opcode, ...head), payload]);
}

/** The first whole frame from a client, which is masked. */
function frameIn(bytes: Buffer) {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const headLength = short === 126 ? 8 : 6;
  if (bytes.length < headLength) return undefined;
  const payloadLength = short === 126 ? bytes.readUInt16BE(2) : short;
  const length = headLength + payloadLength;
  if (bytes.length < length) return undefined;
  const mask = bytes.subarray(headLength - 4, headLength);
  const payload = bytes.subarray(headLength, length).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return {
    opcode: bytes.readUInt8(0) & 0x0f,
    text: Buffer.from(payload).toString('utf8'),
    length,
  };
}
