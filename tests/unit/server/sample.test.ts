// What people are shown of a message that could not be read.
import { describe, expect, it } from 'vitest';
import { sampleText } from '../../../server/ingest/sample.ts';
import { entryOf } from '../../../server/ingest/shorten.ts';

const text = (payload: string | Uint8Array) => sampleText(Buffer.from(payload), false);

describe('a sample', () => {
  it('is the message as it came where that is text', () => {
    expect(text('{"名":"正门 🚪"}\n\t<script>')).toBe('{"名":"正门 🚪"}\n\t<script>');
    expect(text('')).toBe('');
  });

  it('shows bytes that are no text, and characters that hide or turn others', () => {
    expect(text(Uint8Array.of(0x61, 0xff, 0xc0, 0xaf, 0xe4, 0xb8, 0x62))).toBe('a\\xff\\xc0\\xaf\\xe4\\xb8b');
    expect(text('a\0b\u{1b}[31mc\u{202e}d\u{feff}')).toBe('a\\u{0}b\\u{1b}[31mc\\u{202e}d\\u{feff}');
  });

  it.each(['x'.repeat(5_000), '中'.repeat(2_000), '🚪'.repeat(2_000), Buffer.alloc(2_000, 0xff)])(
    'is 1 KB at most, whole characters, and says that it was cut',
    (payload) => {
      const shown = text(Buffer.from(payload).subarray(0, 1_040));
      expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(1_024);
      expect(Buffer.byteLength(shown)).toBeGreaterThan(1_010);
      expect(shown.endsWith('…')).toBe(true);
      expect(shown).not.toContain('\ufffd');
    },
  );

  it('tells length, SHA-256 and beginning of a message over 64 KB', () => {
    const payload = Buffer.concat([Buffer.from('名\0'), Buffer.alloc(70_000, 0xff)]);
    const { payload: kept } = entryOf({ topic: 't', payload, receivedAt: 0, live: true, caughtUp: true });
    const shown = sampleText(kept, true);
    expect(shown).toMatch(/^bytes: 70004\nsha256: [0-9a-f]{64}\nbeginning: 名\\u\{0\}\\xff\\xff/);
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(1_024);
  });
});
