// What of the messages that were sent stands in a journal.
import { join } from 'node:path';
import { contentsOf } from '../../support/journal-contents.ts';
import { keyOf } from './truth.ts';

/** Keys that are missing, copies beyond the first (which count nothing), and entries that can't be read. Its server must be gone. */
export function journaled(data: string, keys: ReadonlySet<string>): { lost: number; copies: number; holes: number } {
  const { entries, holes } = contentsOf(join(data, 'journal'));
  const found = new Set<string>();
  let copies = 0;
  for (const { kind, topic, payload } of entries) {
    if (kind !== 'message' || topic.endsWith('/status') || topic.endsWith('/resent')) continue;
    const text = Buffer.from(payload).toString();
    // What nobody could read was never sent by a device.
    if (!text.startsWith('{')) continue;
    const key = keyOf(topic, JSON.parse(text) as { boot: number; seq: number });
    if (found.has(key)) copies++;
    found.add(key);
  }
  return { lost: [...keys].filter((key) => !found.has(key)).length, copies, holes: holes.length };
}
