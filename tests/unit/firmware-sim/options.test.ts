import { describe, expect, test } from 'vitest';
import { parseOptions } from '../../../firmware-sim/options.ts';
import { parseOptions as parseReplay } from '../../../firmware-sim/replay/options.ts';

const now = 1_795_312_800_000;
const read = (line: string, env: NodeJS.ProcessEnv = {}) => parseOptions(line.split(' ').filter(Boolean), env, now);

describe('simulate', () => {
  test('without options: the demo config, the embedded broker, real time', () => {
    expect(read('')).toMatchObject({
      config: 'config',
      broker: { url: 'mqtt://127.0.0.1:1883', protocolVersion: 4 },
      seed: 1,
      clock: { simMs: 0, realMs: 0, speed: 1 },
      clockIsNew: false,
      run: true,
      scenario: 'normal',
      listScenarios: false,
    });
    expect(read('--scenario month-end').scenario).toBe('month-end');
  });

  test('the environment, and options over it', () => {
    const env = { HALLWATCH_CONFIG: 'c', HALLWATCH_MQTT_URL: 'mqtt://broker:1884', HALLWATCH_CLOCK: '5@6x7' };
    expect(read('', env)).toMatchObject({
      config: 'c',
      broker: { url: 'mqtt://broker:1884' },
      clock: { simMs: 5, realMs: 6, speed: 7 },
    });
    expect(read('--config d --mqtt mqtt://x --mqtt-version 5', env)).toMatchObject({
      config: 'd',
      broker: { url: 'mqtt://x', protocolVersion: 5 },
    });
  });

  test('a speed or a time makes a clock that the server must be told', () => {
    expect(read('--speed 60')).toMatchObject({ clock: { simMs: now, realMs: now, speed: 60 }, clockIsNew: true });
    const at = Date.parse('2026-11-24T10:00+08:00');
    expect(read('--at 2026-11-24T10:00+08:00').clock).toEqual({ simMs: at, realMs: now, speed: 1 });
    expect(read(`--at ${at}`).clock.simMs).toBe(at);
  });

  test('a registry is written and that is all, unless it is to run too', () => {
    expect(read('--halls 20 --write-config d')).toMatchObject({ halls: 20, writeConfig: 'd', run: false });
    expect(read('--halls 20 --write-config d --run')).toMatchObject({ config: 'd', run: true });
  });

  test.each([
    ['--sped 3', /sped/],
    ['--speed 0', /--speed is "0"/],
    ['--speed fast', /--speed is "fast"/],
    ['--seed 1.5', /--seed is "1\.5"/],
    ['--halls 0', /--halls is "0"/],
    ['--write-config d', /--halls N/],
    ['--run', /--write-config/],
    ['--mqtt http://x', /--mqtt is "http:\/\/x"/],
    ['--mqtt-version 3', /--mqtt-version/],
    ['--at noon', /--at is "noon"/],
    ['--at 2026-11-24T10:00', /offset/],
    ['surprise', /surprise/],
  ])('%s is refused in one line', (line, words) => {
    expect(() => read(line)).toThrow(words);
    expect(() => read(line)).toThrow(/^[^\n]+$/);
    expect(() => read(line)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  test('two clocks at once are refused', () => {
    expect(() => read('--speed 2', { HALLWATCH_CLOCK: '1@2x3' })).toThrow(/HALLWATCH_CLOCK already sets the time/);
  });
});

describe('replay', () => {
  const replay = (line: string, env: NodeJS.ProcessEnv = {}) => parseReplay(line.split(' '), env);

  test('of a queue: one day; of a door: from and to', () => {
    expect(replay('--queue f.csv --day 1999-02-03 --hall bank')).toMatchObject({
      kind: 'queue',
      file: 'f.csv',
      from: '1999-02-03',
      to: '1999-02-03',
      hall: 'bank',
      speed: 'max',
    });
    expect(
      replay('--door f.csv --from 2005-08-01 --to 2005-08-07 --hall campus --speed 60 --at 2026-11-16 --boot 5'),
    ).toMatchObject({
      kind: 'door',
      to: '2005-08-07',
      speed: 60,
      at: '2026-11-16',
      boot: 5,
    });
    expect(replay('--help')).toBe('help');
  });

  test.each([
    ['--hall bank', /name one record/],
    ['--queue a --door b --hall bank', /name one record/],
    ['--queue a --hall bank', /--day is missing/],
    ['--queue a --day 1999-02-30 --hall bank', /--day is "1999-02-30"/],
    ['--queue a --day 1999-02-03', /--hall is missing/],
    ['--door a --from 2005-08-02 --to 2005-08-01 --hall campus', /in order/],
    ['--queue a --day 1999-02-03 --hall bank --speed fast', /--speed is "fast"/],
  ])('%s is refused in one line', (line, words) => {
    expect(() => replay(line)).toThrow(words);
  });
});
