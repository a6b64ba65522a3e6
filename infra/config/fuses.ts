import { bytesPerGb, prices, secondsPerMonth } from './prices.ts';
import { functionSizes } from './sizes.ts';
import type { ValidatorConfig } from './validator-config.ts';

/** Bytes and seconds that the worst case takes of every request, all month. */
export const worstRequest = {
  bodyBytes: 4_000_000,
  pageBytes: 262_144,
  replyBytes: 4_096,
  logBytes: 1_024,
  /** Mean compute; one request may take more, all of them may not without a reserved bound. */
  seconds: 0.25,
  recordsPerWrite: 3,
} as const;

/** What of a configuration changes the price of a request. */
export type Site = Pick<ValidatorConfig, 'architecture' | 'key'>;

/** What one more of a capped thing each second costs in a whole month, in USD. */
const monthlyUsdPerSecond = {
  writes: (site: Site) => {
    const { bodyBytes, replyBytes, recordsPerWrite, seconds } = worstRequest;
    const request = Math.ceil(bodyBytes / prices.httpApi.meteredBytes) * prices.httpApi.request;
    const told = prices.webSocket.message + recordsPerWrite * prices.sqs.request;
    const run = runUsd(functionSizes.worker.memoryMb, seconds, site);
    const delivery = runUsd(functionSizes.messenger.memoryMb, seconds, site);
    const reply = (replyBytes / bytesPerGb) * prices.egressGb;
    const vote = site.key === 'kms-sign' ? prices.kms.sign : 0;
    return (request + told + run + delivery + reply + logUsd() + vote) * secondsPerMonth;
  },
  reads: (site: Site) => {
    const page = (worstRequest.pageBytes / bytesPerGb) * prices.egressGb;
    const run = runUsd(functionSizes.reader.memoryMb, worstRequest.seconds, site);
    return (prices.httpApi.request + run + page + logUsd() + prices.s3.get) * secondsPerMonth;
  },
  uploads: (site: Site) => {
    const { bodyBytes, seconds } = worstRequest;
    const request = Math.ceil(bodyBytes / prices.httpApi.meteredBytes) * prices.httpApi.request;
    const run = runUsd(functionSizes.worker.memoryMb, seconds, site);
    const kept = halfMonthGb(bodyBytes) * prices.s3.gbMonth;
    return (request + run + logUsd() + prices.s3.put) * secondsPerMonth + kept;
  },
  writeUnits: () => {
    const kept = halfMonthGb(1_024) * (prices.dynamodb.gbMonth + prices.dynamodb.backupGbMonth);
    return prices.dynamodb.writeUnit * secondsPerMonth + kept;
  },
  readUnits: () => prices.dynamodb.readUnit * secondsPerMonth,
  socketMessages: (site: Site) => {
    const run = runUsd(functionSizes.notifier.memoryMb, worstRequest.seconds, site);
    return (2 * prices.webSocket.message + run + logUsd()) * secondsPerMonth;
  },
} as const satisfies Readonly<Record<string, (site: Site) => number>>;

export type Capped = keyof typeof monthlyUsdPerSecond;
/** The most of each thing in a second, over any longer time. */
export type Fuses = Readonly<Record<Capped, number>>;

/** Of what is left after fixed costs; together 1. */
const shares: Fuses = {
  writes: 0.45,
  reads: 0.2,
  uploads: 0.05,
  writeUnits: 0.2,
  readUnits: 0.05,
  socketMessages: 0.05,
};

/** Room for what runs without any traffic, at most. */
const fixedUsd = 10;

/** The caps under which a whole month costs at most `maxMonthlyUsd`. */
export function fusesOf(config: ValidatorConfig): Fuses {
  const left = Math.max(config.maxMonthlyUsd - fixedUsd - provisionedUsd(config), 0);
  const cap = (what: Capped) => {
    const most = (left * shares[what]) / monthlyUsdPerSecond[what](config);
    return Math.floor(most * 1_000) / 1_000;
  };
  return {
    writes: cap('writes'),
    reads: cap('reads'),
    uploads: cap('uploads'),
    writeUnits: Math.max(tablesMin, Math.floor(cap('writeUnits'))),
    readUnits: Math.max(tablesMin, Math.floor(cap('readUnits'))),
    socketMessages: cap('socketMessages'),
  };
}

/** Each table has a unit at least. */
const tablesMin = 3;

/** How units are shared by tables, so that whoever uses up one of them slows no other. */
export function unitsOfTables(units: number) {
  const heads = Math.max(1, Math.floor(units / 4));
  const listeners = Math.max(1, Math.floor(units / 8));
  return { heads, listeners, data: units - heads - listeners } as const;
}

/** What a cap costs if it is reached all month. */
export function cappedUsd(what: Capped, perSecond: number, site: Site): number {
  return perSecond * monthlyUsdPerSecond[what](site);
}

/** What capacity that is kept ready costs, at its most, all month. */
export function provisionedUsd({ architecture, concurrency, shards }: ValidatorConfig): number {
  const { provisioned } = concurrency;
  if (!provisioned) return 0;
  const most = Math.max(provisioned.most, ...provisioned.schedules.map((each) => each.most));
  const gb = (functionSizes.worker.memoryMb / 1_024) * most * shards.functions;
  return gb * prices.lambda.provisionedGbSecond[architecture] * secondsPerMonth;
}

export function runUsd(memoryMb: number, seconds: number, { architecture }: Site): number {
  const { request, gbSecond } = prices.lambda;
  return request + (memoryMb / 1_024) * seconds * gbSecond[architecture];
}

function logUsd(): number {
  return (worstRequest.logBytes / bytesPerGb) * prices.cloudWatch.logGb;
}

/** What arrives evenly all month is there for half of it on average. */
function halfMonthGb(bytesPerSecond: number): number {
  return (bytesPerSecond * secondsPerMonth) / 2 / bytesPerGb;
}
