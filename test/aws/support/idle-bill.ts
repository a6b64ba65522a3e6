import { billOf, idleRun, type Template } from '#infra/config/bill.ts';
import { runUsd } from '#infra/config/fuses.ts';
import { bytesPerGb, prices, secondsPerMonth } from '#infra/config/prices.ts';
import { scheduleEvent } from '#test/support/lambda-events.ts';
import type { RecordedCall } from '../proxy/aws-proxy.ts';
import { invoke } from './lambda-functions.ts';
import { stackResources } from './stacks.ts';

/** What runs by the clock. */
interface Scheduled {
  /** The function's name, as it was deployed. */
  readonly name: string;
  readonly memoryMb: number;
  readonly perMinute: number;
}

/** What some calls and runs would cost on AWS, and what the estimate says of the same. */
export interface IdleBill {
  readonly runs: number;
  readonly calls: number;
  readonly countedUsd: number;
  readonly estimatedUsd: number;
}

const minutes = 5;

/** Lets pass what `minutes` of the clock bring, and counts what is called. */
export async function idleBill(
  validator: string,
  templates: readonly Template[],
  recorded: () => Promise<readonly RecordedCall[]>,
): Promise<IdleBill> {
  const scheduled = await scheduledIn(validator, templates);
  // What starts cold every few hours is no part of five minutes.
  for (const { name } of scheduled) await invoke(name, scheduleEvent);
  const before = (await recorded()).length;
  let runs = 0;
  let runsUsd = 0;
  for (const { name, memoryMb, perMinute } of scheduled) {
    for (let run = 0; run < Math.ceil(minutes * perMinute); run++) {
      await invoke(name, scheduleEvent);
      runs++;
      // How long it takes here says nothing of AWS.
      const { seconds, logBytes } = idleRun;
      runsUsd += runUsd(memoryMb, seconds, { architecture: 'arm64', key: 'envelope' });
      runsUsd += (logBytes / bytesPerGb) * prices.cloudWatch.logGb;
    }
  }
  const calls = (await recorded()).slice(before).filter(({ caller }) => caller.startsWith('ASIA'));
  const callsUsd = calls.reduce((sum, call) => sum + callUsd(call), 0);
  const bill = billOf(templates, 'idle');
  // Keys, alarms and polls cost the same whatever is called here.
  const fixedUsd = bill.lines
    .filter(({ what }) => what !== 'sweeps')
    .reduce((sum, { usd }) => sum + usd, 0);
  const perMonth = secondsPerMonth / 60 / minutes;
  return {
    runs,
    calls: calls.length,
    countedUsd: fixedUsd + (runsUsd + callsUsd) * perMonth,
    estimatedUsd: bill.totalUsd,
  };
}

async function scheduledIn(
  validator: string,
  templates: readonly Template[],
): Promise<readonly Scheduled[]> {
  const deployed = await stackResources(`${validator}-Compute`);
  const all = new Map(templates.flatMap((each) => Object.entries(each.Resources)));
  return [...all.values()].flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Events::Rule') return [];
    const [, each] = /^rate\((\d+) minutes?\)$/.exec(Properties?.ScheduleExpression) ?? [];
    const id: string = Properties?.Targets?.[0]?.Arn?.['Fn::GetAtt']?.[0];
    const name = deployed.find(({ logicalId }) => logicalId === id)?.physicalId;
    if (each === undefined || name === undefined) return [];
    const memoryMb = Number(all.get(id)?.Properties?.MemorySize);
    return [{ name, memoryMb, perMinute: 1 / Number(each) }];
  });
}

const unitBytes = { read: 4_096, write: 1_024 };

/** At list price; units of tables are taken from bytes on the wire, which are more than stored. */
function callUsd({ service, operation, sentBytes, answerBytes }: RecordedCall): number {
  const { dynamodb, sqs, s3, kms, webSocket, lambda } = prices;
  switch (service) {
    case 'dynamodb': {
      if (operation === 'DescribeTable') return 0;
      const isRead = /^(?:Get|BatchGet|Query)/.test(operation);
      return isRead
        ? Math.max(1, Math.ceil(answerBytes / unitBytes.read)) * dynamodb.readUnit
        : Math.max(1, Math.ceil(sentBytes / unitBytes.write)) * dynamodb.writeUnit;
    }
    case 'sqs':
      return sqs.request;
    case 's3':
      return operation === 'GET' || operation === 'HEAD' ? s3.get : s3.put;
    case 'kms':
      return operation === 'Sign' ? kms.sign : kms.decrypt;
    case 'execute-api':
      return webSocket.message;
    case 'lambda':
      return lambda.request;
    // Standard parameters cost nothing.
    case 'ssm':
      return 0;
    default:
      throw new Error(`${service} has no price here`);
  }
}
