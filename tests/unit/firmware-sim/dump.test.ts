import { describe, expect, test } from 'vitest';
import { readDump } from '../../../firmware-sim/replay/dump.ts';
import { parseOptions } from '../../../firmware-sim/replay/options.ts';

const line = (more: object) => JSON.stringify({ topic: 'a/b', payload: { n: 1 }, time: 1_000, ...more });

describe('a dump of what a device sent', () => {
  test('keeps topics and bytes, in order of time, whatever the payload is', () => {
    const text = [
      line({ time: '2026-11-24T10:00:00+08:00', payload: 'Online', retain: true }),
      line({ payload: '03d201', encoding: 'hex' }),
      '',
      line({ time: 2_000, topic: 'x' }),
    ].join('\n');
    expect(readDump(text).map(({ payload, ...rest }) => ({ ...rest, payload: payload.toString('latin1') }))).toEqual([
      { at: 1_000, topic: 'a/b', retain: false, payload: '\u0003\u00d2\u0001' },
      { at: 2_000, topic: 'x', retain: false, payload: '{"n":1}' },
      { at: Date.parse('2026-11-24T02:00Z'), topic: 'a/b', retain: true, payload: 'Online' },
    ]);
  });

  test.each([
    ['', /empty/],
    ['nonsense', /^line 1 is no JSON$/],
    [line({ topic: 'a/#' }), /^line 1: topic /],
    [`${line({})}\n${line({ time: 'noon' })}`, /^line 2: time is "noon"/],
    [line({ encoding: 'rot13' }), /^line 1: encoding/],
  ])('%s is refused in one line', (text, words) => {
    expect(() => readDump(text)).toThrow(words);
    expect(() => readDump(text)).toThrow(/^[^\n]+$/);
  });

  test('takes a speed and a broker, and nothing that a dump says itself', () => {
    expect(parseOptions(['--dump', 'f.jsonl', '--speed', '10'], {})).toEqual({
      kind: 'dump',
      file: 'f.jsonl',
      speed: 10,
      url: 'mqtt://127.0.0.1:1883',
    });
    expect(() => parseOptions(['--dump', 'f.jsonl', '--hall', 'bank'], {})).toThrow(/--hall doesn't go with --dump/);
  });
});
