import { describe, expect, it } from 'vitest';
import {
  hallChoices,
  outcomeKey,
  placeOf,
  whyNotRetried,
  withGone,
} from '../../../dashboard/src/quarantine/entries.ts';
import { visibleText } from '../../../dashboard/src/ui/visible.ts';
import type { HallInfo, QuarantineEntry } from '../../../server/contracts/http.ts';

const entry = (id: number, over: Partial<QuarantineEntry> = {}): QuarantineEntry => ({
  id,
  reason: 'unknown-device',
  detail: '',
  topic: 't',
  hall: 'east',
  device: 'door-1',
  count: 1,
  kept: 1,
  firstSeen: id,
  lastSeen: id,
  retryable: true,
  sample: null,
  ...over,
});

const hall = (id: string, ...devices: string[]) =>
  ({ id, devices: devices.map((device) => ({ id: device })) }) as HallInfo;

describe('an entry of the quarantine page', () => {
  it('names its device where the registry has it, also in another hall', () => {
    const halls = [hall('east'), hall('west', 'door-1')];
    expect(placeOf(entry(1), halls)).toMatchObject({
      hall: { id: 'east' },
      home: { id: 'west' },
      device: { id: 'door-1' },
    });
    expect(placeOf(entry(1, { hall: null, device: null }), halls)).toEqual({ hall: null, home: null, device: null });
  });

  it('says why it can’t be tried again', () => {
    expect(whyNotRetried(entry(1))).toBeNull();
    expect(whyNotRetried(entry(1, { retryable: false }))).toBe('quarantine.not.shortened');
    expect(whyNotRetried(entry(1, { retryable: false, kept: 0 }))).toBe('quarantine.not.kept');
  });

  it('says what became of a retry, also what only a newer server knows', () => {
    expect(outcomeKey({ read: 2, refused: 0 })).toBe('quarantine.outcome.read');
    expect(outcomeKey({ read: 0, refused: 1 })).toBe('quarantine.outcome.refused');
    expect(outcomeKey({ read: 1, refused: 1 })).toBe('quarantine.outcome.partly');
    expect(outcomeKey({ code: 'not-stored' })).toBe('quarantine.outcome.not-stored');
    expect(outcomeKey({ code: 'struck-by-lightning' })).toBe('quarantine.outcome.failed');
  });

  it('stays in its place when a retry took it from the list', () => {
    const ids = withGone([entry(5), entry(3), entry(1)], [entry(4), entry(3)]).map(({ id }) => id);
    expect(ids).toEqual([5, 4, 3, 1]);
  });

  it('can be filtered by its hall, in the registry or not', () => {
    const entries = [entry(1), entry(2, { hall: 'gone' }), entry(3, { hall: null })];
    const ids = hallChoices(entries, [hall('east'), hall('west')], 'chosen').map(({ id }) => id);
    expect(ids).toEqual(['east', 'chosen', 'gone']);
  });

  it('hides nothing of what a stranger sent', () => {
    expect(visibleText('a\u{202e}b\0\n<b>名 🚪')).toBe('a\\u{202e}b\\u{0}\\u{a}<b>名 🚪');
  });
});
