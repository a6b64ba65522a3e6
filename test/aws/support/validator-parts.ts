import assert from 'node:assert/strict';
import { emulatorCall, emulatorConfig } from './emulator-clients.ts';
import { stackResources } from './stacks.ts';

/** What of a deployed validator a test reaches into. */
export interface ValidatorParts {
  /** Where doorbells wait, and where those end that cannot be delivered. */
  readonly queueUrl: string;
  readonly deadUrl: string;
  /** Names of functions. */
  readonly driver: string;
  readonly worker: string;
  /** Switches what delivers by itself on or off: the messenger, and the driver's schedule. */
  deliver(isOn: boolean): Promise<void>;
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
    async deliver(isOn) {
      await send('lambda', {
        method: 'PUT',
        path: `/2015-03-31/event-source-mappings/${mapping}`,
        input: { Enabled: isOn },
      });
      await send('events', {
        method: 'POST',
        path: '/',
        target: `AWSEvents.${isOn ? 'EnableRule' : 'DisableRule'}`,
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
  const answer = await emulatorCall(service)({
    method,
    url: `${emulatorConfig().endpoint}${path}`,
    headers: {
      'content-type': target ? 'application/x-amz-json-1.1' : 'application/json',
      ...(target && { 'x-amz-target': target }),
    },
    body: new TextEncoder().encode(JSON.stringify(input)),
  });
  const text = new TextDecoder().decode(answer.body);
  assert.ok(answer.status < 300, `${service}: status ${answer.status}, ${text}`);
}
