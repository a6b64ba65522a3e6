import { memoryOf } from '#worker/memory.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import type { EmbeddedMetrics } from './embedded-metrics.ts';

/** Publishes what the worker counts by itself. */
export function watchCounters(metrics: EmbeddedMetrics, ports: WorkerPorts): void {
  const { counters } = memoryOf(ports);
  metrics.watch('conflicts', () => counters.conflicts);
  metrics.watch('quarantined', () => counters.quarantines);
}
