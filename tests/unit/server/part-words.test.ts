import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { partName, troubleText, troubleWords } from '../../../server/hall/part-words.ts';

const page = new URL('../../../docs/parts.md', import.meta.url);

/** The parts and statuses of the documented vocabulary: the words in backticks of its table. */
function vocabulary(): { part: string; status: string }[] {
  const rows = readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const words = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, word]) => word ?? '');
  return rows.flatMap((row) => {
    const statuses = words(row.split('|').slice(2).join(' '));
    return words(row.split('|')[1] ?? '').flatMap((part) => statuses.map((status) => ({ part, status })));
  });
}

describe('the trouble of a part', () => {
  const said = (part: string, status: string) => Object.values(troubleText({ part, status }));

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

  it('has no capital within a sentence', () => {
    expect(troubleWords({ part: 'paper', status: 'out' })).toEqual({ 'zh-CN': '缺纸', en: 'out of paper' });
  });

  it('has words for all that docs/parts.md lists', () => {
    const all = vocabulary();
    expect(all.length).toBeGreaterThan(60);
    expect(all).toContainEqual({ part: 'shutter', status: 'jammedPartiallyOpen' });
    // Words of ours have no Latin letter in Chinese; what is shown as sent has nothing else.
    expect(all.filter((one) => /[a-z]/i.test(troubleText(one)['zh-CN']))).toEqual([]);
  });
});

it('what is stocked has a name, or is shown as sent', () => {
  expect(['cards', 'cashUnit-2', 'brochures'].map((one) => partName(one)['zh-CN'])).toEqual([
    '卡片',
    '钞箱 2 号',
    'brochures',
  ]);
});
