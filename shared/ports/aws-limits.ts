const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/**
 * The quotas and limits of AWS that we rely on. Those of an account may be raised; the others are
 * fixed. Sources, as of November 2026: the "Quotas" page of each service's developer guide; for
 * DynamoDB also "Read and write operations" and "Burst and adaptive capacity".
 */
export const awsLimits = {
  dynamodb: {
    /** Of one item, attribute names included. */
    itemBytes: 400 * kilobyte,
    writeUnitBytes: kilobyte,
    readUnitBytes: 4 * kilobyte,
    batchGetItems: 100,
    batchGetBytes: 16 * megabyte,
    queryPageBytes: megabyte,
    sortKeyBytes: kilobyte,
    /** Of one partition key's items, each second. */
    partitionWriteUnits: 1_000,
    partitionReadUnits: 3_000,
    /** Of a new table on demand, each second; it doubles with use. */
    newTableWriteUnits: 4_000,
  },
  sqs: {
    /** All records of one batch together have at most this too. */
    recordBytes: megabyte,
    batchRecords: 10,
    retentionDaysMax: 14,
    visibilityHoursMax: 12,
  },
  lambda: {
    /** Of a synchronous request or reply, in base64 when it is binary. */
    payloadBytes: 6 * megabyte,
    timeoutSecondsMax: 900,
    initSeconds: 10,
    /** Requests each second of one execution environment, and of new ones in ten seconds. */
    environmentRequests: 10,
    newEnvironments: 1_000,
    /** Concurrency of a new account; it may be as low as this. */
    accountConcurrencyMin: 10,
    /** What reserving concurrency must leave for all other functions of the account. */
    unreservedConcurrencyMin: 100,
    /** Calls in a loop of queue and function before it is cut, unless recursion is allowed. */
    recursionHops: 16,
  },
  httpApi: {
    bodyBytes: 10 * megabyte,
    timeoutSeconds: 30,
    headerBytes: 10_240,
    accountRequestsPerSecond: 10_000,
    accountBurst: 5_000,
  },
  webSocket: {
    messageBytes: 128 * kilobyte,
    frameBytes: 32 * kilobyte,
    idleMinutes: 10,
    connectionHours: 2,
  },
  kms: { rawMessageBytes: 4 * kilobyte },
  ssm: { standardParameterBytes: 4 * kilobyte },
  cloudFormation: { stackResources: 500 },
} as const;
