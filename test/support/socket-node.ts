import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { hintStreams } from '#adapters/http/hints.ts';
import type { HttpValidator } from '#adapters/http/validator-over.ts';
import { memoryListeners } from '#adapters/memory/listeners.ts';
import { socketNotifier } from '#adapters/websocket/notifier.ts';
import type { GatewayEvent } from '#functions/gateway/gateway-request.ts';
import { serveGateway } from '#functions/gateway/serve-gateway.ts';
import { notifierHandler } from '#functions/notifier/notify.ts';
import { headTeller } from '#functions/notifier/tell-of-heads.ts';
import { newObserver } from '#functions/observe/observer.ts';
import { chainOfRequest } from '#protocol/chain/requests.ts';
import {
  type GatewayHandler,
  type GatewayNode,
  gatewayNode,
  servedByFunction,
} from './gateway-node.ts';
import { lambdaContext, socketEvent, streamEvent } from './lambda-events.ts';
import { type SocketServer, socketServer } from './socket-server.ts';

const observer = newObserver({
  validator: 'validator-1',
  functionName: 'test',
  write: () => undefined,
});

/**
 * A lone validator behind functions, whose hints come over WebSocket from its notifier.
 *
 * @param carried - the event that its API makes of what an HTTP API would hand on.
 */
export async function servedWithSockets(
  carried: (event: APIGatewayProxyEventV2) => GatewayEvent = (event) => event,
): Promise<GatewayNode> {
  const served = await servedByFunction();
  const { ports } = served.validator;
  const { clock } = served.committee;
  const listeners = memoryListeners(clock);
  const answer = (to: string, text: string) => Promise.resolve(push(to, text));
  const notifier = socketNotifier({
    listeners,
    clock,
    onFault: observer.onFault,
    push: answer,
  });
  const tellOfHeads = headTeller({ ...ports, notifier }, listeners.isHeard);
  const notify = notifierHandler({ listeners, clock, tellOfHeads, answer, observer });
  const server = await socketServer({
    onOpen: ({ id }) => void notify(socketEvent(id, 'CONNECT'), lambdaContext()),
    onClose: ({ id }) => void notify(socketEvent(id, 'DISCONNECT'), lambdaContext()),
    onText: ({ id }, text) => void notify(socketEvent(id, 'MESSAGE', text), lambdaContext()),
  });

  function push(to: string, text: string): 'sent' | 'gone' {
    server.open.get(to)?.send(text);
    return server.open.has(to) ? 'sent' : 'gone';
  }

  const describe = () => ({ ...served.context.describe(), socketUrl: server.url });
  const context = { ...served.context, describe };
  const gateway = serveGateway({ context, observer, serves: () => true });
  const handler: GatewayHandler = (event, told) => gateway(carried(event), told);
  const hints = hintsFrom(server, () => node);
  const node = gatewayNode(handler, context.node, { hints });
  return {
    ...served,
    context,
    handler: gateway,
    node: {
      ...node,
      async handle(request) {
        const reply = await node.handle(request);
        const { head } = await ports.chains.loadHead(chainOfRequest(request));
        if (head) await notify(streamEvent([head]), lambdaContext());
        return reply;
      },
    },
    async close() {
      hints.close();
      await server.close();
    },
  };
}

function hintsFrom(server: SocketServer, node: () => HttpValidator) {
  const socketUrl = async () => (await node().network()).socketUrl;
  return hintStreams({ url: server.url.replace('ws:', 'http:'), socketUrl, firstPauseMs: 10 });
}
