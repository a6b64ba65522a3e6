import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UploadPlace } from '#adapters/memory/blob-uploads.ts';
import { checksumHeader } from '#wire/uploads.ts';

export interface UploadServer {
  /** What addresses of invitations begin with. */
  readonly url: string;
  /** How many were put, taken or not. */
  puts(): number;
  close(): Promise<void>;
}

/** Takes contents over HTTP as a bucket does, for `place`. */
export async function uploadServer(place: () => UploadPlace): Promise<UploadServer> {
  let puts = 0;
  async function isTaken(request: IncomingMessage): Promise<boolean> {
    const bytes = await bodyOf(request);
    if (request.method !== 'PUT' || request.headers[checksumHeader] === undefined) return false;
    return place().put(`${urlOf()}${request.url}`, bytes);
  }
  const server = createServer((request, response) => {
    puts++;
    const answer = (status: number) => void response.writeHead(status).end();
    isTaken(request).then(
      (taken) => answer(taken ? 200 : 400),
      () => answer(500),
    );
  });
  const urlOf = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: urlOf(),
    puts: () => puts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Uint8Array.from(Buffer.concat(chunks));
}
