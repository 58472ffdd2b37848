// Config files that were read before: taken as they were, and never instead of what stands there now.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ParsedFiles } from '../../../server/config/parsed-files.ts';
import { readYaml } from '../../../server/config/yaml-file.ts';
import { StandardsFile } from '../../../server/contracts/registry.ts';
import { tempFolder } from '../../support/cleanup.ts';

const text = 'defaults:\n  all:\n    waitLimitMin: 15\n';

async function files() {
  const folder = await tempFolder();
  const [kept, standards] = [join(folder, 'kept.json'), join(folder, 'standards.yaml')];
  await writeFile(standards, text);
  const read = (parsed: ParsedFiles) => readYaml(standards, 'standards.yaml', StandardsFile, parsed);
  return { kept, standards, read };
}

it('a text that an earlier process read is not parsed again; one that changed is', async () => {
  const { kept, standards, read } = await files();
  const first = await ParsedFiles.open(kept);
  expect((await read(first)).value).toEqual({ defaults: { all: { waitLimitMin: 15 } } });
  await first.keep();
  const second = await ParsedFiles.open(kept);
  const parse = vi.fn(() => 'parsed');
  expect(second.get(text, parse)).toEqual({ defaults: { all: { waitLimitMin: 15 } } });
  expect(second.get(`${text}# a remark\n`, parse)).toBe('parsed');
  expect(parse).toHaveBeenCalledOnce();
  await writeFile(standards, text.replace('15', '20'));
  expect((await read(second)).value).toEqual({ defaults: { all: { waitLimitMin: 20 } } });
});

it('what is kept is checked all the same, and its faults have their lines', async () => {
  const { kept, standards, read } = await files();
  await writeFile(standards, text.replace('15', 'soon'));
  const first = await ParsedFiles.open(kept);
  const told = (await read(first)).faults;
  expect(told).toMatchObject([{ line: 3, path: 'defaults.all.waitLimitMin' }]);
  await first.keep();
  expect((await read(await ParsedFiles.open(kept))).faults).toEqual(told);
});

it('what is no YAML is told each time; a damaged file, or one of another version, is none', async () => {
  const { kept, standards, read } = await files();
  await writeFile(standards, 'defaults: [\n');
  const parsed = await ParsedFiles.open(kept);
  for (let i = 0; i < 2; i++)
    expect((await read(parsed)).faults).toMatchObject([{ what: expect.stringContaining('YAML') }]);
  await writeFile(standards, text);
  await read(parsed);
  await parsed.keep();
  const whole = await readFile(kept, 'utf8');
  const later = whole.replace('"version":1', '"version":999');
  expect(later).not.toBe(whole);
  for (const damaged of [whole.slice(0, -20), later, 'null', '{"version":1}']) {
    await writeFile(kept, damaged);
    const again = await ParsedFiles.open(kept);
    expect((await read(again)).value).toEqual({ defaults: { all: { waitLimitMin: 15 } } });
  }
});

it('forgets what no file holds any more, and survives a folder that takes nothing', async () => {
  const { kept, standards, read } = await files();
  const parsed = await ParsedFiles.open(kept);
  await read(parsed);
  await parsed.keep();
  await writeFile(standards, text.replace('15', '20'));
  await read(parsed);
  await parsed.keep();
  expect(Object.values(JSON.parse(await readFile(kept, 'utf8')).files)).toEqual([
    { defaults: { all: { waitLimitMin: 20 } } },
  ]);
  const nowhere = await ParsedFiles.open('/nowhere/kept.json');
  expect(nowhere.get(text, () => 1)).toBe(1);
  await expect(nowhere.keep()).resolves.toBeUndefined();
});
