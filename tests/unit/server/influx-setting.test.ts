import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../server/config/settings.ts';

const file = { regions: [{ id: 'r', name: { 'zh-CN': 'r', en: 'r' } }] };
const influxOf = (url: string) => readSettings({ HALLWATCH_INFLUX_URL: url }, file).influx;

describe('HALLWATCH_INFLUX_URL', () => {
  it.each([
    [
      'http://127.0.0.1:8086/hallwatch',
      { protocol: 'http', host: '127.0.0.1', port: 8086, database: 'hallwatch', user: null },
    ],
    ['http://influx/db', { protocol: 'http', host: 'influx', port: 8086, database: 'db', user: null }],
    [
      'https://u%40x:p%25%3A80@host:443/my%20db',
      { protocol: 'https', host: 'host', port: 443, database: 'my db', user: { name: 'u@x', password: 'p%:80' } },
    ],
    ['http://[::1]:80/db/', { protocol: 'http', host: '[::1]', port: 80, database: 'db', user: null }],
  ])('reads %s', (url, place) => {
    expect(influxOf(url)).toEqual(place);
  });

  it('is not needed', () => {
    expect(readSettings({}, file)).toMatchObject({ influx: null, historyDays: { raw: 30, minute: 90, slot: 3_650 } });
    const history = { rawDays: 7, slotYears: 2 };
    expect(readSettings({}, { ...file, history }).historyDays).toEqual({ raw: 7, minute: 90, slot: 730 });
  });

  it.each([
    'nonsense secret',
    'http://u:secret@host',
    'mqtt://u:secret@host/db',
    'http://u:secret@host/a/b',
    'http://u:secret@host/db?x=1',
    'http://u:secret%@host/db',
  ])('refuses %s, and never repeats it', (url) => {
    expect(() => influxOf(url)).toThrow(expect.objectContaining({ code: 'bad-setting' }));
    expect(() => influxOf(url)).not.toThrow(/secret/);
  });
});
