import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { PipelineCounts } from './ingest/pipeline.ts';

export interface MetricSources {
  counts: PipelineCounts;
  lagMs: () => number;
  ready: () => boolean;
  clients: () => number;
  halls: () => number;
}

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  close(): void;
}

/** Prometheus metrics of this server, in a registry of its own; values are read when asked for. */
export function makeMetrics({ counts, lagMs, ready, clients, halls }: MetricSources): Metrics {
  const registry = new Registry();
  // Event loop lag, heap, CPU: prom-client's own names.
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  byLabel(registers, 'hallwatch_readings_total', 'Messages read, by kind', 'kind', counts.readings);
  byLabel(registers, 'hallwatch_refusals_total', 'Messages refused, by reason', 'reason', counts.refusals);
  byLabel(registers, 'hallwatch_notes_total', 'Accepted messages with something odd, by note', 'note', counts.notes);
  gauge(registers, 'hallwatch_ingest_lag_ms', 'Age of the oldest message not yet on the screens, ms', lagMs);
  gauge(registers, 'hallwatch_ready', '1 while /readyz answers 200', () => Number(ready()));
  gauge(registers, 'hallwatch_screens', 'Connected screens', clients);
  gauge(registers, 'hallwatch_halls', 'Halls of this process', halls);
  return { contentType: registry.contentType, text: () => registry.metrics(), close: () => registry.clear() };
}

function byLabel(
  registers: Registry[],
  name: string,
  help: string,
  label: string,
  counts: ReadonlyMap<string, number>,
): void {
  new Counter({
    name,
    help,
    labelNames: [label],
    registers,
    collect() {
      this.reset();
      for (const [value, count] of counts) this.inc({ [label]: value }, count);
    },
  });
}

function gauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
}
