import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../server/config/load.ts';
import { editorSchemas, schemaText } from '../../../server/config/write-schemas.ts';
import { faultLine } from '../../../server/config/yaml-file.ts';
import { tempFolder } from '../../support/cleanup.ts';

/** The sample config with some texts replaced, and the faults it then has, one line each. */
async function faultsAfter(edits: { file: string; from: string | RegExp; to: string }[]): Promise<string[]> {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  for (const { file, from, to } of edits) {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    const changed = text.replace(from, to);
    expect(changed, `${file} has no ${from}`).not.toBe(text);
    await writeFile(path, changed);
  }
  const { faults } = await loadConfig(folder);
  return faults.map((fault) => faultLine(fault).replace(`${folder}/`, ''));
}

describe('the configs that ship', () => {
  it.each(['config', 'tests/fixtures/config'])('%s has no fault', async (folder) => {
    expect((await loadConfig(folder)).faults).toEqual([]);
  });

  it('the demo has a flagship of 2 doors, 7 desks, 4 services with VIP and 8 terminals, and two halls of other types', async () => {
    const { config } = await loadConfig('config');
    const flagship = config?.halls.get('jiefang')?.file;
    expect(flagship).toMatchObject({ type: 'flagship' });
    expect([
      flagship?.doors.length,
      flagship?.desks.length,
      flagship?.services.length,
      flagship?.terminals.length,
    ]).toEqual([2, 7, 4, 8]);
    expect(flagship?.services.map(({ id }) => id)).toContain('vip');
    expect([...(config?.halls.values() ?? [])].map(({ file }) => file.type).sort()).toEqual([
      'flagship',
      'sales',
      'strategic',
    ]);
  });

  it.each(Object.keys(editorSchemas) as (keyof typeof editorSchemas)[])(
    '%s for editors is current (npm run schemas)',
    async (name) => {
      expect(await readFile(join('config', 'schemas', name), 'utf8')).toBe(schemaText(name));
    },
  );
});

describe('a broken config', () => {
  it('has all its faults told at once, each with file, line, path, what and what to write', async () => {
    const faults = await faultsAfter([
      { file: 'halls/jiefang.yaml', from: 'capacity: 60', to: 'capacity: lots' },
      { file: 'halls/jiefang.yaml', from: 'serves: [device-sales]', to: 'serves: [device-sale]' },
      { file: 'halls/jiefang.yaml', from: 'timeZone: Asia/Shanghai', to: 'timeZone: Asia/Wuhan' },
      { file: 'halls/guanggu.yaml', from: 'id: gg-queue', to: 'id: jf-queue' },
      { file: 'halls/guanggu.yaml', from: 'region: wuhan', to: 'region: wuhu' },
      { file: 'halls/qingshan.yaml', from: 'hours: 08:30-17:30', to: 'hours: 17:30-08:30' },
      { file: 'halls/qingshan.yaml', from: 'capacity: 30\n', to: '' },
      { file: 'halls/qingshan.yaml', from: 'staff: { inside: 5 }', to: 'staff: { inside: 5, share: 0.1 }' },
      { file: 'halls/guanggu.yaml', from: 'staff: { inside: 6 }', to: 'staff: { inside: 40 }' },
      { file: 'standards.yaml', from: 'waitCareMin: 10', to: 'waitCareMinutes: 10' },
      { file: 'calendar.yaml', from: '2027-02-06', to: '2027-02-05' },
    ]);
    const expected = [
      /^standards\.yaml:7 defaults\.all\.waitCareMinutes: is not a setting; remove it, or write one of: .*waitCareMin/,
      /^halls\/jiefang\.yaml:8 capacity: is "lots"; write the most people allowed inside \(1 to 100000\)/,
      /^halls\/jiefang\.yaml:\d+ desks\[5\]\.serves\[0\]: no service "device-sale"; write one of: general, payment, vip, device-sales/,
      /^halls\/jiefang\.yaml:7 timeZone: no time zone "Asia\/Wuhan"; write an IANA name/,
      /^halls\/\w+\.yaml:\d+ queueMachines\[0\]\.id: device id "jf-queue" is also used in .*; give each its own id/,
      /^halls\/guanggu\.yaml:2 region: no region "wuhu"; write one of: wuhan/,
      /^halls\/qingshan\.yaml:\d+ hours: "17:30-08:30" isn't in order; hours over midnight are two openings: write 00:00-08:30, 17:30-24:00/,
      /^halls\/qingshan\.yaml:1 capacity: is missing; add capacity: the most people allowed inside/,
      /^halls\/qingshan\.yaml:\d+ staff: is {"inside":5,"share":0.1}; write an entry with inside, or an entry with share/,
      /^halls\/guanggu\.yaml:\d+ staff\.inside: is 40, and the hall takes 40 people, staff included; write those/,
      /^calendar\.yaml:\d+ days\[\d+\]: \w+ has two entries for 2027-02-05; keep one of them/,
    ];
    for (const line of expected)
      expect(faults.filter((fault) => line.test(fault)).length, String(line)).toBeGreaterThan(0);
  });

  it('has all faults of its calendar told at once', async () => {
    const added = `
schoolStart: [{ from: 2026-08-29, to: 2026-08-01 }]
campaigns: [{ from: 2026-02-30, name: { zh-CN: 店庆, en: Sale }, halls: [jiefang, nowhere] }]
leaveOut: [{ from: 2026-07-03 }]
monthly: [{ kind: bills, day: 32 }]
`;
    const faults = await faultsAfter([
      { file: 'calendar.yaml', from: /monthly:\n.*\n.*\n/, to: added },
      { file: 'calendar.yaml', from: 'date: 2026-01-04', to: 'date: 2026-01-05' },
      { file: 'calendar.yaml', from: 'before: 14', to: 'before: 99' },
    ]);
    const expected = [
      /^calendar\.yaml:\d+ schoolStart\[0\]\.to: 2026-08-01 is before 2026-08-29; write the last day/,
      /^calendar\.yaml:\d+ campaigns\[0\]\.from: (no such day: 2026-02-30; |is "2026-02-30"; )write .*YYYY-MM-DD/,
      /^calendar\.yaml:\d+ campaigns\[0\]\.halls\[1\]: no hall "nowhere"; write some of: .*jiefang/,
      /^calendar\.yaml:\d+ leaveOut\[0\]\.reason: is missing; add reason/,
      /^calendar\.yaml:\d+ monthly\[0\]\.kind: is "bills"; write one of: bill, pay/,
      /^calendar\.yaml:\d+ monthly\[0\]\.day: is 32; write a day of the month, 1 to 31, or last/,
      /^calendar\.yaml:\d+ springFestival\.before: is 99; write days before lunar new year \(0 to 30\)/,
      /^calendar\.yaml:\d+ days\[\d+\]\.kind: 2026-01-05 is no Saturday or Sunday; correct the date/,
    ];
    for (const line of expected)
      expect(faults.filter((fault) => line.test(fault)).length, `${line} in ${faults.join('\n')}`).toBeGreaterThan(0);
  });

  it('is told where YAML itself is broken', async () => {
    const faults = await faultsAfter([{ file: 'calendar.yaml', from: 'days:', to: 'days: [' }]);
    expect(faults.some((fault) => /^calendar\.yaml:\d+: isn't YAML: .*; mend the indentation/.test(fault))).toBe(true);
  });

  it('is told about aliases that lead nowhere and regions that stand twice', async () => {
    const alias = await faultsAfter([{ file: 'halls/jiefang.yaml', from: 'hours: 08:30-18:00', to: 'hours: *nope' }]);
    expect(alias.some((fault) => /^halls\/jiefang\.yaml.*: (can't be read|isn't YAML): /.test(fault))).toBe(true);
    const twice = '  - { id: wuhan, name: { zh-CN: 又, en: Again } }\n\n# Customer';
    const regions = await faultsAfter([{ file: 'hallwatch.yaml', from: '\n# Customer', to: twice }]);
    expect(regions.some((fault) => /regions\[1\]\.id: "wuhan" stands twice/.test(fault))).toBe(true);
  });

  it('is told when a folder holds nothing', async () => {
    const { faults } = await loadConfig(await tempFolder());
    const told = faults.map(faultLine).join('\n');
    for (const file of ['hallwatch.yaml', 'standards.yaml', 'calendar.yaml', 'halls']) expect(told).toContain(file);
  });
});
