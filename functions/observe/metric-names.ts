/** Where the functions publish, through their logs. */
export const metricNamespace = 'Weft';
export const validatorDimension = 'Validator';
export const routeDimension = 'Route';

/** All that the functions count or measure; nothing is published while it is zero. */
export const metricNames = {
  equivocationRefused: 'EquivocationRefused',
  bindingMismatch: 'StoreBindingMismatch',
  quarantined: 'ChainsQuarantined',
  oldestOwedSeconds: 'OldestOwedSeconds',
  requestMs: 'RequestMs',
  votes: 'Votes',
  certificates: 'Certificates',
  conflicts: 'VersionConflicts',
  coldStarts: 'ColdStarts',
  faults: 'Faults',
} as const;
export type MetricName = keyof typeof metricNames;
