// A journal of a test's own, and what stands in one.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../server/clock.ts';
import { systemClock } from '../../server/clock.ts';
import type { Entry, Hole, NewEntry } from '../../server/journal/entry.ts';
import type { JournalParts } from '../../server/journal/journal.ts';
import { Journal } from '../../server/journal/journal.ts';
import { noProbe } from '../../server/probe.ts';

const gb = 2 ** 30;

/** Opens a journal; `committed` collects what was handed on, `lost` what consumers will never see. */
export function openJournal(folder: string, parts: Partial<JournalParts> & { clock?: Clock } = {}) {
  const committed: Entry[] = [];
  const lost: { consumer: string; hole: Hole }[] = [];
  const journal = new Journal({
    folder,
    clock: systemClock(),
    log: pino({ level: 'silent' }),
    probe: noProbe,
    limits: { keepDays: 7, capBytes: gb },
    committed: (entries) => committed.push(...entries),
    changed: () => {},
    lost: (consumer, hole) => lost.push({ consumer, hole }),
    ...parts,
  });
  let isOpen = true;
  const close = () => {
    if (isOpen) journal.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { journal, committed, lost, close };
}

export function message(payload: string, fields: Partial<NewEntry> = {}): NewEntry {
  return {
    kind: 'message',
    topic: 'hallwatch/v1/r/h/d/door',
    payload: Buffer.from(payload),
    receivedAt: 1_000,
    live: true,
    caughtUp: true,
    shortened: false,
    retryOf: null,
    ...fields,
  };
}

/** The database files of a journal folder, oldest first. */
export function filesOf(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sqlite'));
  return names.sort().map((name) => join(folder, name));
}
