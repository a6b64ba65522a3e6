import type { MiddlewareObj } from '@middy/core';
import type { Observer } from './observer.ts';

/** Begins and ends each event in the log, and publishes what earlier events have measured. */
export function observed<E, R>(
  { begin, metrics, onFault }: Observer,
  nameOf: (event: E) => string | undefined,
): MiddlewareObj<E, R> {
  let isCold = true;
  return {
    name: 'observed',
    before({ event, context }) {
      begin(nameOf(event) ?? context.awsRequestId ?? 'unknown');
      if (isCold) metrics.add('coldStarts', 1);
      isCold = false;
      metrics.flush();
    },
    after: () => metrics.flushUrgent(),
    onError({ error }) {
      metrics.add('faults', 1);
      onFault(error);
      metrics.flushUrgent();
    },
  };
}
