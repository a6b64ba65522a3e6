import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoClient } from '#adapters/dynamodb/table-calls.ts';

/** What a service answers to one call; an error is one of the connection. */
export type Answer = { readonly status: number; readonly body: unknown } | Error;

/** The name of the operation, and what was sent. */
export type Answering = (operation: string, input: Record<string, unknown>) => Answer;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A client of DynamoDB whose requests get the answers of a test. */
export function answeringClient(answering: Answering): DynamoDBClient {
  const requestHandler = {
    handle(request: { headers: Record<string, string>; body: string | Uint8Array }) {
      const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
      const text = typeof request.body === 'string' ? request.body : decoder.decode(request.body);
      const answer = answering(operation, JSON.parse(text));
      if (answer instanceof Error) return Promise.reject(answer);
      const { status, body } = answer;
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      const bytes = encoder.encode(JSON.stringify(body));
      return Promise.resolve({ response: { statusCode: status, headers, body: bytes } });
    },
  };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return dynamoClient({
    region: 'us-east-1',
    credentials,
    requestHandler: requestHandler as never,
  });
}

/** A refusal as the service writes it. */
export function refusal(name: string, status = 400): Answer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name } };
}
