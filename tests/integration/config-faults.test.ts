// Config files that go wrong while the server runs: what was in force stays in force, and it is said; and what devices send in GBK.
import { chmod, cp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { QuarantineEntry } from '../../server/contracts/http.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { serve } from '../../server/serve.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

/** "name: 解放路" in GBK. */
const gbk = Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xbd, 0xe2, 0xb7, 0xc5, 0xc2, 0xb7, 0x0a]);

it('A12: a config that can’t be taken over leaves the former one in force, says which line, and is taken once mended', async () => {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line) => lines.push(line) });
  const server = await startServer({ HALLWATCH_CONFIG: folder }, log);
  const degraded = async () => ((await server.get('/readyz')).body as { degraded: string[] }).degraded.join();
  const names = async () =>
    ((await server.get('/api/halls')).body as { name: { en: string } }[]).map(({ name }) => name.en).sort();
  const before = await names();
  const path = join(folder, 'halls', 'jiefang.yaml');
  const text = await readFile(path);
  const ways: [string, () => Promise<unknown>, RegExp][] = [
    [
      'saved in GBK',
      () => writeFile(path, Buffer.concat([text, gbk])),
      /jiefang\.yaml:\d+: is not in UTF-8.*GBK.*解放路/,
    ],
    [
      'saved in UTF-16',
      () => writeFile(path, Buffer.from(`\ufeff${text}`, 'utf16le')),
      /jiefang\.yaml:1: is in UTF-16/,
    ],
    ['half written', () => writeFile(path, text.subarray(0, 300)), /jiefang\.yaml/],
    ['grown to 2 MB', () => writeFile(path, `# ${'x'.repeat(2 ** 21)}`), /is too large/],
    [
      'the standards gone',
      () => rename(join(folder, 'standards.yaml'), join(folder, 'away')),
      /standards\.yaml.*ENOENT/,
    ],
  ];
  for (const [what, go, said] of ways) {
    lines.length = 0;
    await go();
    await eventually(async () => (await degraded()).includes('the former one still holds'), { what });
    await eventually(() => lines.join('').match(said), { what });
    expect(await names(), what).toEqual(before);
    if (what === 'the standards gone') await rename(join(folder, 'away'), join(folder, 'standards.yaml'));
    await writeFile(path, text);
    await eventually(async () => (await degraded()) === '', { what: `${what}, mended` });
  }
  if (process.getuid?.() !== 0) {
    await chmod(path, 0);
    await eventually(async () => (await degraded()).includes('the former one still holds'));
    await chmod(path, 0o600);
  }
  // With a byte order mark it is the same file.
  await writeFile(path, `\ufeff${String(text).replace('Jiefang Road Hall', 'Jiefang Hall')}`);
  await eventually(async () => (await names()).includes('Jiefang Hall'));
});

it('A12: a start on a GBK file is refused in one line with the place', async () => {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  await writeFile(join(folder, 'calendar.yaml'), gbk);
  const env = { HALLWATCH_CONFIG: folder, HALLWATCH_DATA: await tempFolder() };
  const failure = await serve(env, pino({ level: 'silent' })).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'bad-config',
    message: expect.stringMatching(/calendar\.yaml:1: is not in UTF-8.*解放路/),
  });
});

it('a message in GBK is quarantined with what is wrong, and no retry is offered of what stays unreadable', async () => {
  const server = await startServer();
  const device = await publisher(server.mqttUrl);
  const json = Buffer.concat([
    Buffer.from('{"boot":1,"seq":1,"event":"issued","ticket":"'),
    gbk.subarray(6, 12),
    Buffer.from('"}'),
  ]);
  await publish(device, topicOf('wuhan', 'jiefang', 'jf-queue', 'queue'), json);
  await publish(device, 'hallwatch/v1/wuhan/jiefang', '{}');
  await publish(device, topicOf('wuhan', 'jiefang', 'jf-new', 'queue'), '{}');
  const list = async () => (await server.get('/api/quarantine')).body as QuarantineEntry[];
  const entries = await eventually(list, { accept: (all) => all.length === 3 });
  const of = (reason: string) => entries.find((entry) => entry.reason === reason);
  expect(of('malformed-json')).toMatchObject({
    retryable: false,
    detail: expect.stringMatching(/not UTF-8 from byte 46 on.*GBK/),
  });
  expect(of('bad-topic')).toMatchObject({ retryable: false, kept: 1 });
  expect(of('unknown-device')).toMatchObject({ retryable: true });
  const retry = (id = 0) => fetch(`${server.url}/api/quarantine/${id}/retry`, { method: 'POST' });
  for (const reason of ['malformed-json', 'bad-topic']) {
    const answer = await retry(of(reason)?.id);
    expect([answer.status, await answer.json()]).toEqual([409, expect.objectContaining({ code: 'not-retryable' })]);
  }
  expect((await retry(of('unknown-device')?.id)).status).toBe(200);
});
