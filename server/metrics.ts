import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Alerts } from './alerts/alerts.ts';
import { boundsReached } from './bounds.ts';
import { alertSeverities } from './contracts/names.ts';
import type { Counts } from './ingest/outcomes.ts';
import type { Journal } from './journal/journal.ts';
import type { Webhooks } from './notify/webhooks.ts';

export interface MetricSources {
  counts: Counts;
  resends: ReadonlyMap<string, number>;
  journal: Journal;
  quarantined: () => number;
  /** Up to which entry all halls are written down. */
  snapshotPosition: () => number;
  /** What the last start read of the journal, and how long that took. */
  recovered: () => { messages: number; tookMs: number } | null;
  /** Bytes on disk; null when the store doesn't say. */
  historyBytes: () => Promise<number | null>;
  history: () => { waiting: number; dead: number; tooOld: number; due: number };
  alerts: Pick<Alerts, 'counts' | 'judges'>;
  webhooks: Pick<Webhooks, 'sent' | 'failed' | 'givenUp' | 'waiting'>;
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
export function makeMetrics(sources: MetricSources): Metrics {
  const { counts, resends, journal, quarantined, snapshotPosition, recovered, historyBytes, lagMs } = sources;
  const { history, alerts, webhooks } = sources;
  const { ready, clients, halls } = sources;
  const registry = new Registry();
  // Event loop lag, heap, CPU: prom-client's own names.
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  byLabel(registers, 'hallwatch_readings_total', 'Messages read, by kind', 'kind', counts.readings);
  byLabel(registers, 'hallwatch_refusals_total', 'Messages refused, by reason', 'reason', counts.refusals);
  byLabel(registers, 'hallwatch_notes_total', 'Accepted messages with something odd, by note', 'note', counts.notes);
  byLabel(registers, 'hallwatch_ignored_total', 'Messages that say nothing, by reason', 'reason', counts.ignored);
  const dropped = 'Times something was dropped at a bound (docs/limits.md), by bound';
  byLabel(registers, 'hallwatch_bounds_reached_total', dropped, 'bound', boundsReached());
  byLabel(registers, 'hallwatch_resends_total', 'Requests to send messages again, by outcome', 'outcome', resends);
  gauge(registers, 'hallwatch_ingest_lag_ms', 'Age of the oldest message not yet on the screens, ms', lagMs);
  gauge(registers, 'hallwatch_journal_entries', 'Id of the last message written down', () => journal.head);
  gauge(registers, 'hallwatch_journal_bytes', 'Size of the journal on disk', () => journal.bytes);
  gauge(registers, 'hallwatch_journal_files', 'Files of the journal', () => journal.fileCount);
  gauge(registers, 'hallwatch_journal_waiting', 'Messages that wait for their commit', () => journal.waiting.count);
  gauge(registers, 'hallwatch_commit_p50_ms', 'Median of the last 101 commits, ms', () =>
    quantile(journal.commitMs, 0.5),
  );
  gauge(registers, 'hallwatch_commit_p99_ms', 'p99 of the last 101 commits, ms', () =>
    quantile(journal.commitMs, 0.99),
  );
  gauge(registers, 'hallwatch_quarantine_messages', 'Messages kept in quarantine', quarantined);
  gauge(registers, 'hallwatch_snapshot_position', 'Entry up to which all halls are written down', snapshotPosition);
  gauge(
    registers,
    'hallwatch_recovery_messages',
    'Messages the last start read again',
    () => recovered()?.messages ?? 0,
  );
  gauge(
    registers,
    'hallwatch_recovery_ms',
    'How long it took until the walls were right, ms',
    () => recovered()?.tookMs ?? 0,
  );
  gauge(registers, 'hallwatch_history_waiting', 'Points on their way to history', () => history().waiting);
  gauge(registers, 'hallwatch_history_dead', 'Points that history refused for good', () => history().dead);
  const tooOld = 'Points of times before what history keeps, left out since the start';
  gauge(registers, 'hallwatch_history_too_old', tooOld, () => history().tooOld);
  gauge(registers, 'hallwatch_history_due', 'Spans that are to be rolled up again', () => history().due);
  known(registers, 'hallwatch_history_bytes', 'Size of history on disk; absent while it is not known', historyBytes);
  const { failures } = alerts.judges;
  byLabel(registers, 'hallwatch_alert_rule_failures_total', 'Rules of alerts that threw, by rule', 'rule', failures);
  for (const severity of alertSeverities) {
    const about = `Alerts that aren't resolved: ${severity}`;
    gauge(registers, `hallwatch_alerts_${severity}`, about, () => alerts.counts.get(severity) ?? 0);
  }
  byLabel(registers, 'hallwatch_webhook_sent_total', 'Notices taken, by webhook', 'webhook', webhooks.sent);
  byLabel(registers, 'hallwatch_webhook_failed_total', 'Tries that failed, by webhook', 'webhook', webhooks.failed);
  byLabel(registers, 'hallwatch_webhook_given_up_total', 'Notices given up', 'webhook', webhooks.givenUp);
  gauge(registers, 'hallwatch_webhook_waiting', 'Notices that wait for a webhook', () => webhooks.waiting);
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

/** A gauge that is absent while its value isn't known: 0 would be a lie. */
function known(registers: Registry[], name: string, help: string, read: () => Promise<number | null>): void {
  new Gauge({
    name,
    help,
    registers,
    async collect() {
      const value = await read();
      if (value === null) this.remove();
      else this.set(value);
    },
  });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
