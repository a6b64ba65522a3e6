import { httpValidator } from '#adapters/http/client.ts';
import { type HttpServerOptions, httpServer } from '#adapters/http/server.ts';
import type { HttpValidator } from '#adapters/http/validator-over.ts';
import type { ApiContext } from '#api/context.ts';
import { handleApi } from '#api/handle-api.ts';
import { loneValidator, type OpenedNode, servedBy } from './opened-node.ts';

export interface HttpNode extends OpenedNode {
  readonly node: HttpValidator;
  readonly url: string;
  readonly port: number;
}

/** A lone validator that answers on a free port of this machine, and a client of it. */
export async function servedOverHttp(
  changed: Partial<ApiContext> = {},
  options: HttpServerOptions = {},
): Promise<HttpNode> {
  const lone = loneValidator();
  const context = servedBy(lone.validator, changed);
  const server = httpServer((request) => handleApi(context, request), options);
  const { url, port } = await server.listen({ port: 0, host: '127.0.0.1' });
  const { name, publicKey } = context.node;
  const node = httpValidator({ url, name, publicKey, deadlineMs: 2_000, connections: 4 });
  const close = async () => {
    await node.close();
    await server.close();
  };
  return { ...lone, node, url, port, close };
}
