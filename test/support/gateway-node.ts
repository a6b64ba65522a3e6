import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Carrier } from '#adapters/http/carrier.ts';
import type { HintStreams } from '#adapters/http/hints.ts';
import { type HttpValidator, type Reached, validatorOver } from '#adapters/http/validator-over.ts';
import type { ApiContext } from '#api/context.ts';
import type { Handler } from '#functions/built-once.ts';
import type { GatewayEvent } from '#functions/gateway/gateway-request.ts';
import { type Served, serveGateway } from '#functions/gateway/serve-gateway.ts';
import { newObserver } from '#functions/observe/observer.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { gatewayEvent, lambdaContext } from './lambda-events.ts';
import { loneValidator, type OpenedNode, servedBy } from './opened-node.ts';

export type GatewayHandler = Handler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

export interface GatewayNode extends OpenedNode {
  readonly handler: Handler<GatewayEvent, APIGatewayProxyStructuredResultV2>;
  readonly context: ApiContext;
  /** What the function logged. */
  readonly lines: readonly string[];
}

/** A lone validator behind a function, and a client of it. */
export function servedByFunction(
  serves: Served['serves'] = () => true,
  changed: Partial<ApiContext> = {},
): Promise<GatewayNode> {
  const lone = loneValidator();
  const context = servedBy(lone.validator, changed);
  const lines: string[] = [];
  const observer = newObserver({
    validator: 'validator-1',
    functionName: 'worker',
    write: (line) => lines.push(line),
  });
  const handler = serveGateway({ context, observer, serves });
  const node = gatewayNode(handler, context.node);
  return Promise.resolve({
    ...lone,
    node,
    handler,
    context,
    lines,
    close: () => Promise.resolve(),
  });
}

const noHints: HintStreams = {
  subscribe: () => ({ close: () => undefined }),
  close: () => undefined,
};

/** The validator that a function answers for, as its clients see it. */
export function gatewayNode(
  handler: GatewayHandler,
  { name, publicKey }: Pick<ValidatorNode, 'name' | 'publicKey'>,
  reached: Partial<Pick<Reached, 'url' | 'hints' | 'sendUpload'>> = {},
): HttpValidator {
  const url = 'https://abcdefghij.execute-api.eu-west-1.amazonaws.com';
  return validatorOver({
    url,
    name,
    publicKey,
    carrier: carrierTo(handler),
    hints: noHints,
    ...reached,
  });
}

/** Carries requests as API Gateway does. */
function carrierTo(handler: GatewayHandler): Carrier {
  return {
    async send({ method, path, headers, body }) {
      const event = gatewayEvent({ method, path, headers, body });
      const result = await handler(event, lambdaContext());
      const encoding = result.isBase64Encoded ? 'base64' : 'utf8';
      return {
        status: result.statusCode ?? 0,
        headers: result.headers as Record<string, string>,
        body: Uint8Array.from(Buffer.from(result.body ?? '', encoding)),
      };
    },
    close: () => Promise.resolve(),
  };
}
