import assert from 'node:assert/strict';
import { stackResources } from './stacks.ts';
import { serviceUrl, targetCall } from './target.ts';

/** What of a deployed validator a test reaches into. */
export interface ValidatorParts {
  /** Where doorbells wait, and where those end that cannot be delivered. */
  readonly queueUrl: string;
  readonly deadUrl: string;
  /** Names of functions. */
  readonly driver: string;
  readonly worker: string;
  /** Switches what delivers by itself on or off. */
  deliver(by: Delivery): Promise<void>;
}

/** Who works on what is owed: the messenger as records come, the driver as time passes. */
export type Delivery = 'by all' | 'by records' | 'by nobody';

/** Does something while only these deliver; then everybody does. */
export async function withDelivery(
  { deliver }: ValidatorParts,
  by: Delivery,
  work: () => Promise<void>,
): Promise<void> {
  await deliver(by);
  try {
    await work();
  } finally {
    await deliver('by all');
  }
}

/** The parts of a validator, as its stack names them. */
export async function partsOf(validator: string): Promise<ValidatorParts> {
  const all = await stackResources(`${validator}-Compute`);
  const find = (type: string, prefix: string) => {
    const found = all.find((each) => each.type === type && each.logicalId.startsWith(prefix));
    assert.ok(found, `${type} ${prefix}`);
    return found.physicalId;
  };
  const mapping = find('AWS::Lambda::EventSourceMapping', 'MessengerSqs');
  const rule = find('AWS::Events::Rule', 'Sweep');
  return {
    queueUrl: find('AWS::SQS::Queue', 'MessagesEnvelopes'),
    deadUrl: find('AWS::SQS::Queue', 'MessagesDead'),
    driver: find('AWS::Lambda::Function', 'Driver'),
    worker: find('AWS::Lambda::Function', 'Worker0'),
    async deliver(by) {
      await send('lambda', {
        method: 'PUT',
        path: `/2015-03-31/event-source-mappings/${mapping}`,
        input: { Enabled: by !== 'by nobody' },
      });
      await send('events', {
        method: 'POST',
        path: '/',
        target: `AWSEvents.${by === 'by all' ? 'EnableRule' : 'DisableRule'}`,
        input: { Name: rule },
      });
    },
  };
}

interface Sent {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly target?: string;
  readonly input: object;
}

async function send(service: string, { method, path, target, input }: Sent): Promise<void> {
  const answer = await targetCall(service)({
    method,
    url: `${serviceUrl(service)}${path}`,
    headers: {
      'content-type': target ? 'application/x-amz-json-1.1' : 'application/json',
      ...(target && { 'x-amz-target': target }),
    },
    body: new TextEncoder().encode(JSON.stringify(input)),
  });
  const text = new TextDecoder().decode(answer.body);
  assert.ok(answer.status < 300, `${service}: status ${answer.status}, ${text}`);
}
