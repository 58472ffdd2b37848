// Config files as people get them wrong: each fault names the file, the line, the key and something to write instead.
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../server/config/load.ts';
import type { ConfigFault } from '../../../server/config/yaml-file.ts';
import { faultLine } from '../../../server/config/yaml-file.ts';
import { tempFolder } from '../../support/cleanup.ts';

type Value = Record<string, unknown>;
const words = (text: string) => ({ 'zh-CN': `中${text}`, en: text });

/** Every key that a config can have, each file with its own. */
const whole: Record<string, Value> = {
  'hallwatch.yaml': {
    http: '127.0.0.1:8080',
    mqttListen: '127.0.0.1:1883',
    journal: { keepDays: 7, capGb: 20 },
    history: { rawDays: 30, minuteDays: 90, slotYears: 10 },
    alerts: { keepDays: 400, infoDays: 30 },
    webhooks: [{ id: 'desk', url: 'https://x.example.com/h', secret: '0123456789abcdef', halls: ['h1'] }],
    regions: [{ id: 'r1', name: words('Region') }],
    tiers: [{ id: 'gold', name: words('Gold') }],
  },
  'standards.yaml': {
    defaults: {
      all: { waitLimitMin: 15, waitCareMin: 10, targetShare: 0.9, noShowMin: 3, itemLimitMin: 10, items: { pay: 5 } },
      services: { general: { waitLimitMin: 12 } },
      tiers: { gold: { waitLimitMin: 5 } },
      alerts: { crowded: { firstShare: 0.8 } },
    },
    hallTypes: { flagship: { all: { workingTerminalsMin: 1 } } },
  },
  'calendar.yaml': {
    days: [{ date: '2026-10-01', kind: 'holiday', name: words('National Day'), hours: '09:00-17:00', halls: ['h1'] }],
  },
  'halls/h1.yaml': {
    id: 'h1',
    region: 'r1',
    name: words('Hall'),
    type: 'flagship',
    ownership: 'own',
    timeZone: 'Asia/Shanghai',
    capacity: 60,
    staff: { inside: 5 },
    hours: {
      mon: '08:30-18:00',
      tue: '08:30-18:00',
      wed: 'always',
      thu: 'closed',
      fri: 'closed',
      sat: 'closed',
      sun: 'closed',
    },
    emptyAt: '04:00',
    dutyManager: '王芳',
    standards: { services: { general: { waitLimitMin: 12 } } },
    surgePlan: [words('Open all desks')],
    journeys: [{ id: 'pay-bill', name: words('Pay'), needs: { does: 'pay', accepts: 'cash' } }],
    zones: [{ id: 'floor', kind: 'business', name: words('Floor'), hours: '08:00-20:00' }],
    doors: [{ id: 'd1', zone: 'floor', name: words('Door'), counterBits: 16 }],
    queueMachines: [{ id: 'q1', zone: 'floor', name: words('Queue'), system: 'main' }],
    services: [{ id: 'general', letter: 'A', name: words('General'), atTerminals: ['pay'] }],
    desks: [{ id: 'desk-1', label: '1', zone: 'floor', serves: ['general'], roster: '08:30-18:00' }],
    terminals: [
      { id: 't1', type: 'payment-kiosk', zone: 'floor', name: words('Pay 1'), does: ['pay'], accepts: ['cash'] },
    ],
  },
};

async function written(files: Record<string, Value | string | Uint8Array> = {}): Promise<string> {
  const folder = await tempFolder();
  await mkdir(join(folder, 'halls'));
  for (const [name, value] of Object.entries({ ...whole, ...files })) {
    const isText = typeof value === 'string' || value instanceof Uint8Array;
    await writeFile(join(folder, name), isText ? value : stringify(value));
  }
  return folder;
}

async function faultsOf(files: Record<string, Value | string | Uint8Array>): Promise<ConfigFault[]> {
  const folder = await written(files);
  const { faults } = await loadConfig(folder);
  return faults.map((fault) => ({ ...fault, file: fault.file.replace(`${folder}/`, '') }));
}

const linesOf = async (files: Record<string, Value | string | Uint8Array>) => (await faultsOf(files)).map(faultLine);

/** Places of keys in a value, as steps to the mapping and the key. */
function keysIn(value: unknown, steps: (string | number)[] = []): { steps: (string | number)[]; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) => [
    ...(typeof key === 'string' ? [{ steps, key }] : []),
    ...keysIn(inner, [...steps, key]),
  ]);
}

function edited(value: Value, steps: (string | number)[], edit: (at: Value) => void): Value {
  const copy = structuredClone(value);
  edit(steps.reduce<unknown>((at, step) => (at as Value)[step], copy) as Value);
  return copy;
}

function expectUsable(faults: ConfigFault[], file: string, what = file): void {
  for (const fault of faults) {
    const line = faultLine(fault);
    expect(fault.what, line).not.toMatch(/undefined|^$/);
    // A fix that ends where a list should begin, or shows a bare pattern, is none.
    expect(fault.fix, line).not.toMatch(/undefined|\[object|: ?$|text like|^$/);
    expect(line.length, line).toBeLessThan(600);
  }
  expect(faults.filter((fault) => fault.file === file && fault.line !== null).length, what).toBeGreaterThan(0);
}

const cases = Object.entries(whole).flatMap(([file, value]) => keysIn(value).map((place) => ({ file, ...place })));
/** Keys that a file may go without, and names that people choose. */
const free = new Set(['pay', 'general', 'gold']);

describe('every key of a config', () => {
  it('is right as it stands', async () => {
    expect(await linesOf({})).toEqual([]);
  });

  it('mistyped, is named with file, line and what it may be meant for', async () => {
    for (const { file, steps, key } of cases.filter((one) => !free.has(one.key))) {
      const wrong = `${key}x`;
      const value = edited(whole[file] as Value, steps, (at) => {
        at[wrong] = at[key];
        delete at[key];
      });
      const faults = await faultsOf({ [file]: value });
      expectUsable(faults, file, `${file} ${[...steps, wrong].join('.')}`);
      const named = faults.find(({ path }) => [wrong, key, steps.at(-1)].some((name) => path.endsWith(String(name))));
      expect(named, `${file} ${[...steps, wrong].join('.')}: ${faults.map(faultLine).join('\n')}`).toBeDefined();
      // Where one of several shapes was meant nothing says which key it was to be.
      if (named?.what === 'is not a setting') expect(named.fix).toContain(`did you mean ${key}?`);
    }
  });

  it('left out, or left empty, is right or is named with what to write', async () => {
    for (const { file, steps, key } of cases) {
      const removed = edited(whole[file] as Value, steps, (at) => delete at[key]);
      const empty = edited(whole[file] as Value, steps, (at) => {
        at[key] = null;
      });
      for (const value of [removed, empty]) {
        const faults = await faultsOf({ [file]: value });
        if (faults.length > 0) expectUsable(faults, faults[0]?.file ?? file);
        if (value === empty && !free.has(key)) expect(faults.length, `${file} ${key} empty`).toBeGreaterThan(0);
      }
    }
  });
});

const hall = (change: (file: Value) => void): Record<string, Value> => {
  const file = structuredClone(whole['halls/h1.yaml'] as Value);
  change(file);
  return { 'halls/h1.yaml': file };
};
const first = (file: Value, list: string): Value => (file[list] as Value[])[0] as Value;

describe('what people write', () => {
  it.each([
    [
      'hours over midnight',
      hall((file) => Object.assign(file, { hours: '22:00-02:00' })),
      /"22:00-02:00" isn't in order; hours over midnight are two openings: write 00:00-02:00, 22:00-24:00 \(by weekday: 22:00-24:00 on the one day, 00:00-02:00 on the next\)/,
    ],
    [
      'hours to midnight',
      hall((file) => Object.assign(file, { hours: '08:00-00:00' })),
      /two openings: write 08:00-24:00 /,
    ],
    [
      'hours of nothing',
      hall((file) => Object.assign(first(file, 'zones'), { hours: '09:00-09:00' })),
      /zones\[0\]\.hours: .*or always for the whole day/,
    ],
    [
      'openings that overlap',
      hall((file) => Object.assign(first(file, 'desks'), { roster: '08:00-12:00, 11:00-18:00' })),
      /desks\[0\]\.roster: .*each beginning after the one before has ended/,
    ],
    [
      'a label that is too long',
      hall((file) => Object.assign(first(file, 'desks'), { label: '12345' })),
      /desks\[0\]\.label: is "12345"; write a text of 1 to 4 letters/,
    ],
    [
      'a label that is a number',
      hall((file) => Object.assign(first(file, 'desks'), { label: 12 })),
      /desks\[0\]\.label: is 12; write a text/,
    ],
    [
      'a duty manager without end',
      hall((file) => Object.assign(file, { dutyManager: 'x'.repeat(61) })),
      /dutyManager: is "x+; write a text of 1 to 60 letters/,
    ],
    [
      'a name in one language',
      hall((file) => Object.assign(file, { name: { en: 'Hall' } })),
      /name\.zh-CN: is missing; add zh-CN: a text/,
    ],
    [
      'a service that no hall has',
      hall((file) => Object.assign(first(file, 'desks'), { serves: ['genral'] })),
      /serves\[0\]: no service "genral"; write one of: general \(did you mean general\?\)/,
    ],
    [
      'a service where none is',
      hall((file) => Object.assign(file, { services: [], standards: {}, journeys: [] })),
      /serves\[0\]: no service "general"; none is defined: add a service first/,
    ],
    ['a weekday that is none', hall((file) => Object.assign(file, { hours: { monday: '08:00-18:00' } })), /hours/],
    [
      'a desk that stands twice',
      hall((file) => (file.desks as Value[]).push(first(file, 'desks'))),
      /desks\[1\]\.id: "desk-1" stands twice; give each its own; the first is in line \d+/,
    ],
    [
      'a key that stands twice',
      { 'standards.yaml': 'defaults: {}\ndefaults: {}\n' },
      /standards\.yaml:2: isn't YAML: .*; the same key stands twice at this place/,
    ],
    ['tabs', { 'standards.yaml': 'defaults:\n\tall: {}\n' }, /standards\.yaml:2: isn't YAML: .*spaces/],
    ['an empty file', { 'standards.yaml': '' }, /standards\.yaml.* defaults: is missing; add defaults/],
    ['a list where a mapping belongs', { 'halls/h1.yaml': '- a\n- b\n' }, /halls\/h1\.yaml:1: is \["a","b"\]/],
  ] as [string, Record<string, Value | string>, RegExp][])('%s is told as it should be', async (_, files, expected) => {
    expect((await linesOf(files)).join('\n')).toMatch(expected);
  });
});

describe('A12: files that aren’t UTF-8', () => {
  const yaml = stringify(whole['halls/h1.yaml']);
  /** 解放路 in GBK. */
  const gbk = [0xbd, 0xe2, 0xb7, 0xc5, 0xc2, 0xb7];
  const withBytes = (bytes: number[]) => {
    const [before = '', after = ''] = yaml.split('王芳');
    return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
  };
  const line = yaml.slice(0, yaml.indexOf('王芳')).split('\n').length;

  it('are refused with the line, and say how to save them', async () => {
    expect(await linesOf({ 'halls/h1.yaml': withBytes(gbk) })).toEqual([
      `halls/h1.yaml:${line}: is not in UTF-8: byte 14 of the line is 0xbd; it looks like GBK, which Windows calls ANSI (the line then reads "dutyManager: 解放路"): save it as UTF-8, as with: iconv -f GBK -t UTF-8`,
    ]);
    // Half a letter, as where a file was cut.
    expect((await linesOf({ 'halls/h1.yaml': withBytes([0xe7, 0x8e]) }))[0]).toMatch(
      `h1.yaml:${line}: is not in UTF-8`,
    );
    // A calendar, whatever stands in the others.
    const calendar = Buffer.concat([Buffer.from('days: # '), Buffer.from(gbk), Buffer.from('\n')]);
    expect((await linesOf({ 'calendar.yaml': calendar }))[0]).toMatch(/^calendar\.yaml:1: is not in UTF-8.*解放路/);
  });

  it.each([
    [
      'UTF-16 with its mark',
      Buffer.from(`\ufeff${yaml}`, 'utf16le'),
      /^halls\/h1\.yaml:1: is in UTF-16, not in UTF-8; save it as UTF-8/,
    ],
    ['UTF-16 without it', Buffer.from(yaml, 'utf16le'), /^halls\/h1\.yaml:1: is in UTF-16/],
    [
      'UTF-16, the other way round',
      Buffer.from(`\ufeff${yaml}`, 'utf16le').swap16(),
      /^halls\/h1\.yaml:1: is in UTF-16/,
    ],
    ['a NUL byte', withBytes([0x41, 0x00, 0x42]), new RegExp(`^halls/h1\\.yaml:${line}: holds a NUL byte`)],
    [
      'letters that were lost before',
      withBytes([...Buffer.from('���')]),
      new RegExp(`^halls/h1\\.yaml:${line}: holds \ufffd: letters were lost`),
    ],
  ])('%s is told', async (_, bytes, expected) => {
    expect((await linesOf({ 'halls/h1.yaml': bytes }))[0]).toMatch(expected);
  });

  it('with a byte order mark are read like any others', async () => {
    const folder = await written({ 'halls/h1.yaml': Buffer.from(`\ufeff${yaml}`) });
    const { config, faults } = await loadConfig(folder);
    expect(faults).toEqual([]);
    expect(config?.halls.get('h1')?.file.dutyManager).toBe('王芳');
  });
});

describe('files that would take all the time or memory', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
    .split('')
    .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`)
    .join('\n')}\n`;

  it.each([
    ['an anchor bomb', bomb, /without anchors and aliases/],
    ['brackets without end', '['.repeat(200_000), /can't be read|isn't YAML/],
    [
      'mappings without end',
      Array.from({ length: 5_000 }, (_, i) => `${' '.repeat(i % 400)}a:`).join('\n'),
      /isn't YAML|is not a setting|can't be read/,
    ],
    ['1 MB of rubbish', 'x: {'.repeat(250_000), /can't be read|isn't YAML/],
    ['2 MB', `# ${'x'.repeat(2_000_000)}\n`, /is too large; a config file has 1 MB at most/],
    ['1 MB of entries that are wrong', `days:\n${'- { date: 2026-13-01, kind: party }\n'.repeat(25_000)}`, /days/],
  ])('%s is refused in bounded time', async (_, text, expected) => {
    const began = performance.now();
    const faults = await linesOf({ 'calendar.yaml': text });
    expect(faults.join('\n').slice(0, 5_000)).toMatch(expected);
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});

describe('files that can’t be read', () => {
  it('are told one by one, and nothing is thrown', async () => {
    const folder = await written();
    await rm(join(folder, 'standards.yaml'));
    await rm(join(folder, 'calendar.yaml'));
    await mkdir(join(folder, 'calendar.yaml'));
    const told = (await loadConfig(folder)).faults.map((fault) => faultLine(fault).replace(`${folder}/`, ''));
    expect(told).toEqual([
      "standards.yaml: can't be read (ENOENT); create it, or point HALLWATCH_CONFIG at another folder",
      "calendar.yaml: can't be read (EISDIR); put a file there, not a folder",
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('without permission are told so', async () => {
    const folder = await written();
    await chmod(join(folder, 'standards.yaml'), 0);
    expect((await loadConfig(folder)).faults.map(faultLine)[0]).toMatch(/EACCES.*the right to read it/);
  });
});

it('a copy of the sample with Windows line ends is the sample', async () => {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  const file = join(folder, 'halls', 'jiefang.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
  expect((await loadConfig(folder)).faults).toEqual([]);
});
