import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { awsLimits } from '#ports/aws-limits.ts';
import { type Format, refusalHeader, type WireReply } from '#wire/exchange.ts';
import { refusalReply } from '#wire/replies.ts';

/** Room for headers and for the JSON around a reply. */
const envelopeBytes = 65_536;
const payloadBytesMax = awsLimits.lambda.payloadBytes - envelopeBytes;

/** A reply as API Gateway carries it; one that Lambda would cut off becomes a refusal. */
export function resultFromReply(
  reply: WireReply,
  format: Format,
): APIGatewayProxyStructuredResultV2 {
  const { status, headers, body } = reply;
  const carried = typeof body === 'string' ? body : Buffer.from(body).toString('base64');
  // Lambda counts the JSON around it, in which each quotation mark of a text has a backslash.
  const length = Buffer.byteLength(JSON.stringify(carried));
  if (length > payloadBytesMax && headers[refusalHeader] === undefined) {
    const refusal = { kind: 'not-supported', remedy: 'fix', ...tooLong(length) } as const;
    return resultFromReply(refusalReply(format, refusal), format);
  }
  return {
    statusCode: status,
    headers: { ...headers },
    body: carried,
    isBase64Encoded: typeof body !== 'string',
  };
}

function tooLong(length: number) {
  return { found: `a reply of ${length} bytes`, expected: `up to ${payloadBytesMax}` };
}
