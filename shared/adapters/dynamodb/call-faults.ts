/**
 * What a failed call says. `condition`: the item is not as the write asked. `overloaded`: not done,
 * for there is too much to do. `refused`: not done, and will never be. `unknown`: done or not, or
 * still to be done.
 */
export type CallFault = 'condition' | 'overloaded' | 'refused' | 'unknown';

const overloads = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ReplicatedWriteConflictException',
  'TransactionConflictException',
]);
const tooManyRequests = 429;
const requestTimeout = 408;

/** Reads an error of the SDK; whatever does not say that nothing was done is `unknown`. */
export function callFault(error: unknown): CallFault {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'ConditionalCheckFailedException') return 'condition';
  const status = statusOf(error);
  if (overloads.has(error.name) || status === tooManyRequests) return 'overloaded';
  const isRefused = status !== undefined && status >= 400 && status < 500;
  return isRefused && status !== requestTimeout ? 'refused' : 'unknown';
}

function statusOf(error: Error): number | undefined {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const status = 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}
