/** List prices of us-east-1 in USD, without free tiers, as AWS's price pages gave them. */
export const prices = {
  asOf: '2026-11-21',
  region: 'us-east-1',
  lambda: {
    request: 0.2e-6,
    gbSecond: { arm64: 13.3334e-6, 'x86-64': 16.6667e-6 },
    provisionedGbSecond: { arm64: 3.3334e-6, 'x86-64': 4.1667e-6 },
  },
  /** A request is counted once for each 512 KB of its body. */
  httpApi: { request: 1e-6, meteredBytes: 524_288 },
  webSocket: { message: 1e-6, connectionMinute: 0.25e-6 },
  dynamodb: { writeUnit: 0.625e-6, readUnit: 0.125e-6, gbMonth: 0.25, backupGbMonth: 0.2 },
  sqs: { request: 0.4e-6 },
  s3: { gbMonth: 0.023, put: 5e-6, get: 0.4e-6 },
  kms: { keyMonth: 1, decrypt: 3e-6, sign: 15e-6 },
  cloudWatch: { alarmMonth: 0.1, dashboardMonth: 3, metricMonth: 0.3, logGb: 0.5 },
  egressGb: 0.09,
  cloudFront: { request: 1e-6, egressGb: 0.085 },
} as const;

/** Seconds of an average month, by which AWS bills hours. */
export const secondsPerMonth = 2_628_000;
export const bytesPerGb = 1e9;
