import { type Capped, cappedUsd, runUsd, type Site } from './fuses.ts';
import { bytesPerGb, prices, secondsPerMonth } from './prices.ts';

export const profiles = ['idle', 'expected', 'worst'] as const;
export type Profile = (typeof profiles)[number];

/** One thing that a template holds, as CloudFormation writes it. */
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, Json>>;
}
type Json = ReturnType<typeof JSON.parse>;

/** A synthesised template, or several in one. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface BillLine {
  readonly what: string;
  readonly usd: number;
}

export interface Bill {
  readonly profile: Profile;
  readonly pricesAsOf: string;
  readonly lines: readonly BillLine[];
  readonly totalUsd: number;
}

/** What one block costs in the `expected` profile: a lone transfer in a regular round. */
export const expectedBlock = {
  writeUnits: 8,
  readUnits: 4,
  requests: 4,
  requestSeconds: 0.05,
  queueRequests: 3,
  bytesOut: 16_384,
  logBytes: 1_024,
  storedBytes: 1_536,
} as const;
export const expectedBlocks = 1_000_000;

/** Long polls of one queue for one function: five at a time, of 20 seconds each. */
const pollsPerMonth = (5 * secondsPerMonth) / 20;
/** Of a run of the driver that finds nothing to do. */
export const idleRun = { seconds: 0.1, readUnits: 16, logBytes: 400 } as const;

/** A month's bill for what these templates make, under a traffic profile, at list prices. */
export function billOf(
  templates: readonly Template[],
  profile: Profile,
  blocks = expectedBlocks,
): Bill {
  const all = templates.flatMap((each) => Object.entries(each.Resources));
  const of = (type: string) => all.filter(([, { Type }]) => Type === type).map(([, each]) => each);
  const site = siteOf(of);
  const lines = [...fixedLines(of, site, new Map(all)), ...readyLines(of, site, profile)];
  if (profile === 'expected') lines.push(...expectedLines(site, blocks));
  if (profile === 'worst') lines.push(...worstLines(of, site));
  const rounded = lines
    .filter(({ usd }) => usd > 0)
    .map(({ what, usd }) => ({ what, usd: cents(usd) }));
  const totalUsd = cents(rounded.reduce((sum, { usd }) => sum + usd, 0));
  return { profile, pricesAsOf: prices.asOf, lines: rounded, totalUsd };
}

type Of = (type: string) => readonly Resource[];

function siteOf(of: Of): Site {
  const [first] = of('AWS::Lambda::Function');
  const [architecture] = first?.Properties?.Architectures ?? [];
  const isSigning = of('AWS::KMS::Key').some((each) => each.Properties?.KeyUsage === 'SIGN_VERIFY');
  return {
    architecture: architecture === 'x86_64' ? 'x86-64' : 'arm64',
    key: isSigning ? 'kms-sign' : 'envelope',
  };
}

/** What is paid for without any traffic. */
function fixedLines(of: Of, site: Site, byId: ReadonlyMap<string, Resource>): BillLine[] {
  const { cloudWatch, kms, sqs } = prices;
  const target = (reference: Json) => byId.get(reference?.['Fn::GetAtt']?.[0]);
  const queues = of('AWS::Lambda::EventSourceMapping').filter(
    ({ Properties }) => target(Properties?.EventSourceArn)?.Type === 'AWS::SQS::Queue',
  );
  const sweeps = of('AWS::Events::Rule').flatMap(({ Properties }) => {
    const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(Properties?.ScheduleExpression) ?? [];
    const memory = target(Properties?.Targets?.[0]?.Arn)?.Properties?.MemorySize;
    if (minutes === undefined || memory === undefined) return [];
    return [{ runs: secondsPerMonth / 60 / Number(minutes), memory: Number(memory) }];
  });
  const sweepUsd = sweeps.reduce((sum, { runs, memory }) => {
    const log = (idleRun.logBytes / bytesPerGb) * cloudWatch.logGb;
    const reads = idleRun.readUnits * prices.dynamodb.readUnit;
    return sum + runs * (runUsd(memory, idleRun.seconds, site) + reads + log);
  }, 0);
  return [
    { what: 'keys', usd: of('AWS::KMS::Key').length * kms.keyMonth },
    { what: 'alarms', usd: of('AWS::CloudWatch::Alarm').length * cloudWatch.alarmMonth },
    {
      what: 'dashboards',
      usd: of('AWS::CloudWatch::Dashboard').length * cloudWatch.dashboardMonth,
    },
    { what: 'queue polling', usd: queues.length * pollsPerMonth * sqs.request },
    { what: 'sweeps', usd: sweepUsd },
  ];
}

/** Capacity that is kept ready, at its least, or in the worst case at its most. */
function readyLines(of: Of, site: Site, profile: Profile): BillLine[] {
  const targets = of('AWS::ApplicationAutoScaling::ScalableTarget').map(({ Properties }) => {
    const bound = profile === 'worst' ? 'MaxCapacity' : 'MinCapacity';
    const scheduled = (Properties?.ScheduledActions ?? []).map(
      (each: Json) => each.ScalableTargetAction[bound],
    );
    const capacities: number[] = [Properties?.[bound], ...scheduled];
    return profile === 'worst' ? Math.max(...capacities) : Math.min(...capacities);
  });
  const ready = targets.reduce((sum, each) => sum + each, 0);
  const gb =
    Math.max(0, ...of('AWS::Lambda::Function').map((each) => each.Properties?.MemorySize)) / 1_024;
  const usd = ready * gb * prices.lambda.provisionedGbSecond[site.architecture] * secondsPerMonth;
  return [{ what: 'capacity kept ready', usd }];
}

function expectedLines(site: Site, blocks: number): BillLine[] {
  const { dynamodb, httpApi, sqs, cloudWatch } = prices;
  const one = expectedBlock;
  const gb = (bytes: number) => (bytes * blocks) / bytesPerGb;
  const vote = site.key === 'kms-sign' ? 2 * prices.kms.sign : 0;
  const memoryMb = 1_769;
  return [
    {
      what: 'tables',
      usd: blocks * (one.writeUnits * dynamodb.writeUnit + one.readUnits * dynamodb.readUnit),
    },
    {
      what: 'storage and backup',
      usd: gb(one.storedBytes) * (dynamodb.gbMonth + dynamodb.backupGbMonth),
    },
    { what: 'gateway', usd: blocks * one.requests * httpApi.request },
    { what: 'compute', usd: blocks * one.requests * runUsd(memoryMb, one.requestSeconds, site) },
    { what: 'queue', usd: blocks * one.queueRequests * sqs.request },
    { what: 'votes by KMS', usd: blocks * vote },
    { what: 'logs', usd: gb(one.logBytes) * cloudWatch.logGb },
    { what: 'bytes out', usd: gb(one.bytesOut) * prices.egressGb },
  ];
}

/** Every fuse at its cap for the whole month, as the template sets them. */
function worstLines(of: Of, site: Site): BillLine[] {
  const caps = new Map<Capped, number>();
  const add = (what: Capped, rate: unknown) =>
    caps.set(what, (caps.get(what) ?? 0) + Number(rate ?? 0));
  for (const { Properties } of of('AWS::ApiGatewayV2::Stage')) {
    const settings: Readonly<Record<string, Json>> = Properties?.RouteSettings ?? {};
    for (const [route, { ThrottlingRateLimit }] of Object.entries(settings)) {
      add(cappedBy(route), ThrottlingRateLimit);
    }
    const sockets = Object.keys(settings).length === 0;
    if (sockets) add('socketMessages', 3 * Properties?.DefaultRouteSettings.ThrottlingRateLimit);
  }
  for (const { Properties } of of('AWS::DynamoDB::Table')) {
    add('writeUnits', Properties?.OnDemandThroughput.MaxWriteRequestUnits);
    add('readUnits', Properties?.OnDemandThroughput.MaxReadRequestUnits);
  }
  const names: Readonly<Record<Capped, string>> = {
    writes: 'requests to the chains, at their cap',
    reads: 'reads, at their cap',
    uploads: 'uploads, at their cap',
    writeUnits: 'writes of the tables, at their cap',
    readUnits: 'reads of the tables, at their cap',
    socketMessages: 'notifications, at their cap',
  };
  return [...caps].map(([what, rate]) => ({ what: names[what], usd: cappedUsd(what, rate, site) }));
}

function cappedBy(route: string): Capped {
  if (!route.startsWith('POST ')) return 'reads';
  return route.endsWith('/blobs') ? 'uploads' : 'writes';
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
