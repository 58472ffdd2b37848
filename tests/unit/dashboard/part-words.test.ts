import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isKey } from '../../../dashboard/src/messages/wall.ts';
import { functionText, troubleText } from '../../../dashboard/src/wall/part-words.ts';

const page = new URL('../../../docs/parts.md', import.meta.url);

/** The parts and statuses of the documented vocabulary: the words in backticks of its table. */
function vocabulary(): { parts: string[]; statuses: string[] } {
  const rows = readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const words = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, word]) => word ?? '');
  return {
    parts: rows.flatMap((row) => words(row.split('|')[1] ?? '')),
    statuses: rows.flatMap((row) => words(row.split('|').slice(2).join(' '))),
  };
}

describe('the trouble of a part', () => {
  const said = (part: string, status: string) => [
    troubleText({ part, status }, 'zh-CN'),
    troubleText({ part, status }, 'en'),
  ];

  it('reads as people say it', () => {
    expect(said('cashUnit', 'full')).toEqual(['钞箱满', 'Cash unit full']);
    expect(said('paper', 'low')).toEqual(['余纸不足', 'Paper low']);
    expect(said('shutter', 'jammedOpen')).toEqual(['闸门卡在开位', 'Shutter jammed open']);
  });

  it('keeps the number of a second unit', () => {
    expect(said('cashUnit-2', 'full')).toEqual(['钞箱 2 号满', 'Cash unit 2 full']);
    expect(said('paper-2', 'low')).toEqual(['打印纸 2 号不足', 'Paper 2 low']);
  });

  it('is shown as sent where there are no words for it', () => {
    expect(said('fluxCapacitor', 'tired')).toEqual(['fluxCapacitor tired', 'fluxCapacitor tired']);
    expect(said('paper', 'soggy')).toEqual(['打印纸 soggy', 'Paper soggy']);
    expect(said('status', 'constructor')).toEqual(['status constructor', 'status constructor']);
  });

  it('has words for all parts and statuses of docs/parts.md', () => {
    const { parts, statuses } = vocabulary();
    expect(parts.length).toBeGreaterThan(14);
    expect(statuses).toContain('jammedPartiallyOpen');
    const wordless = [...parts.map((part) => `part.${part}`), ...statuses.map((one) => `part.status.${one}`)];
    expect(wordless.filter((key) => !isKey(key))).toEqual([]);
  });
});

describe('what a machine does', () => {
  it('has words, or is shown as sent', () => {
    expect(functionText('print-statement', 'zh-CN')).toBe('清单打印');
    expect(functionText('brew-tea', 'en')).toBe('brew-tea');
  });
});
