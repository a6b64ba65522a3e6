/** Memory and time of the functions, in MB and seconds: time within time within the gateway's. */
export const functionSizes = {
  worker: { memoryMb: 1_769, timeoutSeconds: 25 },
  reader: { memoryMb: 1_024, timeoutSeconds: 20 },
  messenger: { memoryMb: 1_024, timeoutSeconds: 10 },
  driver: { memoryMb: 512, timeoutSeconds: 60 },
  rehearsal: { memoryMb: 1_769, timeoutSeconds: 120 },
  notifier: { memoryMb: 512, timeoutSeconds: 15 },
} as const;
export type FunctionName = keyof typeof functionSizes;

/** AWS gives an HTTP API this long, whatever is asked for. */
export const gatewayTimeoutSeconds = 30;
/** Between two runs of the driver that nothing else woke. */
export const sweepMinutes = 2;
/** Records of one messenger call, and calls at a time. */
export const messengerBatch = 10;
export const messengerConcurrency = 10;
/** After so many attempts a record is set aside. */
export const receivesMax = 5;
