// register.db: every alert, every transition of it (the audit), silences, and what is on its way to webhooks. A transition and its
// notifications commit together (A2), and are on disk when that returns.
import type { Alert, Silence, Transition } from '../contracts/alerts.ts';
import type { AlertState } from '../contracts/names.ts';
import { watched } from '../damaged-files.ts';
import type { Logger } from '../log.ts';
import { sql, sqlName } from '../sql.ts';
import type { Database } from '../sqlite.ts';
import { inTransaction, openSqlite } from '../sqlite.ts';
import type { Step } from './life.ts';
import { Notices, noticesMigration } from './notices.ts';
import { keyOf } from './slot.ts';
import { UseTable, useMigration } from './use-table.ts';

/** Resolved by itself, mild, and nobody did anything about it; a note is looked for apart. */
const isUntouched = sql`state = 'resolved' AND body ->> '$.severity' = 'info' AND body ->> '$.resolvedBy' IS NULL
  AND body ->> '$.acknowledged' IS NULL AND body ->> '$.assignedTo' IS NULL`;

const migrations = [
  sql`CREATE TABLE alerts (
     id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, hall TEXT, rule TEXT NOT NULL, subject TEXT NOT NULL,
     state TEXT NOT NULL, resolved_at INTEGER, body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX alerts_by_state ON alerts (state, resolved_at);
   CREATE TABLE transitions (id INTEGER PRIMARY KEY AUTOINCREMENT, alert INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE INDEX transitions_by_alert ON transitions (alert);
   CREATE TABLE silences (id INTEGER PRIMARY KEY AUTOINCREMENT, until INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE TABLE told (one INTEGER PRIMARY KEY CHECK (one = 1), transition_id INTEGER NOT NULL) STRICT;
   INSERT INTO told VALUES (1, 0);
   ${noticesMigration}
   ${useMigration}`,
  // Those that go soon, by when they were resolved. Written here as in `forget`, or the index isn't used.
  sql`CREATE INDEX alerts_to_forget ON alerts (resolved_at) WHERE ${isUntouched};`,
];

/** A step as it was written down. */
export interface Kept {
  alert: Alert;
  transition: Transition | null;
}

/** A transition is to go out: to these addresses, in these words. `life`: all that happened to the alert, that included. */
export type NoticesOf = (
  kept: { alert: Alert; transition: Transition },
  life: () => readonly Transition[],
) => readonly { to: string; body: string }[];

const mostListed = 1_000;

export class Register {
  readonly notices: Notices;
  readonly use: UseTable;
  readonly #path: string;
  readonly #database: Database;

  /** Throws `data-newer`, and what SQLite throws for a file that can't be opened. */
  constructor(path: string, log?: Logger) {
    this.#path = path;
    this.#database = openSqlite(path, { migrations, synchronous: 'FULL' });
    this.#dropBroken(log);
    this.notices = new Notices(this.#database);
    this.use = new UseTable(this.#database);
  }

  /** One text that a bad disk broke must not make the alerts around it unreadable. */
  #dropBroken(log: Logger | undefined): void {
    for (const table of ['alerts', 'transitions', 'silences']) {
      const { changes } = this.#database.prepare(sql`DELETE FROM ${sqlName(table)} WHERE NOT json_valid(body)`).run();
      if (Number(changes) > 0) log?.error({ table, rows: Number(changes) }, 'damaged rows of the register dropped');
    }
  }

  /** All that isn't resolved, and what was resolved since, by itself or by hand; in the order in which they were raised. */
  recent({ byItself, byHand }: { byItself: number; byHand: number }): Alert[] {
    // By the index: there may be years of resolved ones.
    return this.#database
      .prepare(
        `SELECT id, body FROM alerts WHERE state IN ('open', 'acknowledged') UNION ALL
         SELECT id, body FROM alerts WHERE state = 'resolved' AND resolved_at >= ?1 UNION ALL
         SELECT id, body FROM alerts WHERE state = 'resolved' AND resolved_at >= ?2 AND resolved_at < ?1
           AND body ->> '$.resolvedBy' IS NOT NULL ORDER BY id`,
      )
      .all(byItself, byHand)
      .map(({ body }) => JSON.parse(String(body)) as Alert);
  }

  get(id: string): Alert | null {
    return this.#one('SELECT body FROM alerts WHERE id = ?', Number(id));
  }

  byKey(key: string): Alert | null {
    return this.#one('SELECT body FROM alerts WHERE key = ?', key);
  }

  /** The newest of a state. */
  list(state: AlertState): Alert[] {
    return this.#database
      .prepare('SELECT body FROM alerts WHERE state = ? ORDER BY resolved_at DESC, id DESC LIMIT ?')
      .all(state, mostListed)
      .map(({ body }) => JSON.parse(String(body)) as Alert);
  }

  /**
   * Forgets resolved alerts and all that happened to them, at most so many: what was resolved before `all`, and before `info` what is
   * mild and was touched by nobody; epoch ms. What history wasn't told of yet stays. Answers how many.
   */
  forget(before: { all: number; info: number }, limit: number): number {
    const ids = this.#database
      .prepare(
        sql`SELECT id FROM (
           SELECT id FROM alerts WHERE state = 'resolved' AND resolved_at < ?1 UNION
           SELECT id FROM alerts WHERE ${isUntouched} AND resolved_at < ?2
             AND NOT EXISTS (SELECT 1 FROM transitions t WHERE t.alert = alerts.id AND t.body ->> '$.actor' IS NOT NULL))
         WHERE NOT EXISTS (SELECT 1 FROM transitions t WHERE t.alert = id AND t.id > (SELECT transition_id FROM told))
         LIMIT ?3`,
      )
      .all(before.all, before.info, limit)
      .map(({ id }) => Number(id));
    if (ids.length === 0) return 0;
    const those = JSON.stringify(ids);
    inTransaction(this.#database, () => {
      for (const rows of [sql`transitions WHERE alert`, sql`alerts WHERE id`])
        this.#database.prepare(sql`DELETE FROM ${rows} IN (SELECT value FROM json_each(?))`).run(those);
    });
    return ids.length;
  }

  /** What happened to an alert, in order. */
  transitions(alert: string): Transition[] {
    return this.#database
      .prepare('SELECT id, body FROM transitions WHERE alert = ? ORDER BY id')
      .all(Number(alert))
      .map(transitionOf);
  }

  /** Writes steps down, all of them or none; new alerts get their ids. Throws what SQLite throws. */
  keep(steps: readonly Step[], noticesOf: NoticesOf, now: number): Kept[] {
    return watched(this.#path, () =>
      inTransaction(this.#database, () => steps.map((step) => this.#keep(step, noticesOf, now))),
    );
  }

  #keep(step: Step, noticesOf: NoticesOf, now: number): Kept {
    const alert = step.alert.id === '' ? this.#insert(step.alert) : step.alert;
    this.#database
      .prepare('UPDATE alerts SET state = ?, resolved_at = ?, body = ? WHERE id = ?')
      .run(alert.state, alert.resolvedAt, JSON.stringify(alert), Number(alert.id));
    if (step.transition === null) return { alert, transition: null };
    const told = { alert: alert.id, ...step.transition };
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO transitions (alert, body) VALUES (?, ?)')
      .run(Number(alert.id), JSON.stringify(told));
    const transition = { id: Number(lastInsertRowid), ...told };
    const notices = noticesOf({ alert, transition }, () => this.transitions(alert.id));
    for (const { to, body } of notices) this.notices.add(to, transition.id, body, now);
    return { alert, transition };
  }

  #insert(alert: Alert): Alert {
    const { hall, rule, subject, since } = alert;
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO alerts (key, hall, rule, subject, state, body) VALUES (?, ?, ?, ?, ?, ?)')
      .run(keyOf(hall, rule, subject, since), hall, rule, `${subject.kind}:${subject.id}`, alert.state, '{}');
    return { ...alert, id: String(lastInsertRowid) };
  }

  /** Silences that are not over at `now`, or all there were, the newest first. */
  silences(now: number | null): Silence[] {
    const rows = this.#database.prepare('SELECT id, body FROM silences WHERE until > ? ORDER BY id DESC LIMIT ?');
    return rows.all(now ?? -1, mostListed).map(({ id, body }) => ({ ...JSON.parse(String(body)), id: String(id) }));
  }

  addSilence(silence: Omit<Silence, 'id'>): Silence {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO silences (until, body) VALUES (?, ?)')
      .run(silence.to, JSON.stringify(silence));
    return { ...silence, id: String(lastInsertRowid) };
  }

  endSilence(silence: Silence, at: number): Silence {
    const ended = { ...silence, endedAt: at };
    this.#database
      .prepare('UPDATE silences SET until = ?, body = ? WHERE id = ?')
      .run(Math.min(at, silence.to), JSON.stringify(ended), Number(silence.id));
    return ended;
  }

  /** Transitions that history wasn't told of yet, in order, with their alerts. */
  untold(limit: number): { alert: Alert; transition: Transition }[] {
    return this.#database
      .prepare(
        `SELECT t.id AS id, t.body AS body, a.body AS alert FROM transitions t JOIN alerts a ON a.id = t.alert
         WHERE t.id > (SELECT transition_id FROM told) ORDER BY t.id LIMIT ?`,
      )
      .all(limit)
      .map((row) => ({ alert: JSON.parse(String(row.alert)) as Alert, transition: transitionOf(row) }));
  }

  /** History holds all transitions up to this one. */
  told(transition: number): void {
    this.#database.prepare('UPDATE told SET transition_id = ?').run(transition);
  }

  close(): void {
    this.#database.close();
  }

  #one(sql: string, value: string | number): Alert | null {
    const row = this.#database.prepare(sql).get(value);
    return row ? (JSON.parse(String(row.body)) as Alert) : null;
  }
}

function transitionOf({ id, body }: Record<string, unknown>): Transition {
  return { id: Number(id), ...(JSON.parse(String(body)) as Omit<Transition, 'id'>) };
}
