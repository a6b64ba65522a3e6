import { type EmbeddedMetrics, embeddedMetrics } from './embedded-metrics.ts';
import { faultText, jsonLog, type Log } from './log.ts';

/** What a function says of its doings. It works on one event at a time. */
export interface Observer {
  readonly log: Log;
  readonly metrics: EmbeddedMetrics;
  /** Lines from here on belong to this event. */
  begin(correlation: string): void;
  onFault(error: unknown): void;
}

export interface ObserverOptions {
  readonly validator: string;
  readonly functionName: string;
  readonly write?: (line: string) => void;
  readonly now?: () => number;
}

/** Writes lines as they are: the runtime's console would put its own words before them. */
function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function newObserver(options: ObserverOptions): Observer {
  const { validator, functionName, write = writeLine, now = Date.now } = options;
  let correlation = '';
  const log = jsonLog({
    fields: () => ({ validator, function: functionName, correlation }),
    write,
  });
  return {
    log,
    metrics: embeddedMetrics({ validator, now, write }),
    begin(next) {
      correlation = next;
    },
    onFault(error) {
      log('error', 'fault', { fault: faultText(error) });
    },
  };
}
