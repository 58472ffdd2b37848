// `npm start`: server, simulator, wall.
import { spawn } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { Peaks } from '../../server/contracts/history.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { seed } from '../support/past.ts';
import { freePort } from '../support/ports.ts';

async function launch(env: Record<string, string> = {}) {
  const http = `127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, ['server/launch.ts'], {
    env: {
      ...process.env,
      HALLWATCH_DATA: await tempFolder(),
      HALLWATCH_HTTP: http,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const hall = async (id: string) => (await (await fetch(`http://${http}/api/halls/${id}`)).json()) as HallLive;
  return { child, ended, lines, complaints, url: `http://${http}`, hall };
}

describe('npm start', () => {
  it('shows living halls of demo data at any hour, and ends cleanly within 2 s', async () => {
    const { child, ended, lines, complaints, url, hall } = await launch();
    const first = await eventually(() => hall('jiefang'), {
      accept: ({ open, occupancy, queue }) => open && (occupancy.value ?? 0) > 0 && (queue.issuedToday ?? 0) > 0,
    });
    // A demo counts for the first time; once its past is told it doesn't say so any more.
    expect(first).toMatchObject({ simulated: true, occupancy: { quality: 'rough', reason: 'first-day' } });
    await eventually(() => hall('jiefang'), {
      accept: ({ devices }) => devices.every(({ online }) => online === true),
    });
    await eventually(() => hall('jiefang'), { accept: ({ rev }) => rev > first.rev });
    expect(lines.join('\n')).toContain(`${url}/wall/jiefang`);
    const began = performance.now();
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(complaints).toEqual([]);
  });

  it('tells the past of its halls in the background, once', async () => {
    const [data, config] = [await tempFolder(), await tempFolder()];
    // One small hall: at the lowest priority, a busy machine takes its time.
    await cp('config', config, { recursive: true });
    for (const other of ['jiefang', 'guanggu']) await rm(join(config, 'halls', `${other}.yaml`));
    // A Thursday in the middle of the day.
    const clock = { HALLWATCH_CLOCK: `${at('2026-11-12 10:30')}@${Date.now()}x1` };
    const env = { ...clock, HALLWATCH_CONFIG: config, HALLWATCH_DATA: data, HALLWATCH_SEED: '3' };
    const first = await launch(env);
    await eventually(() => first.lines.some((line) => line.includes('The past is there: 3 days of halls')), {
      withinMs: 90_000,
    });
    expect(first.lines.filter((line) => line.includes('The past'))).toHaveLength(2);
    const usual = await eventually(async () => (await first.hall('qingshan')).occupancy.usual);
    expect(usual.high).toBeGreaterThan(0);
    const answer = await fetch(`${first.url}/api/regions/wuhan/peaks?from=2026-11-09&to=2026-11-12`);
    const { halls } = (await answer.json()) as Peaks;
    expect(halls.map(({ entered }) => Number(entered) > 100)).toEqual([true]);
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.complaints).toEqual([]);
    const second = await launch(env);
    await eventually(() => second.lines.some((line) => line.includes('are connected')));
    expect(await seed(['--days', '3'], { ...env, HALLWATCH_HTTP: second.url.slice(7) }).ended).toBe(0);
    expect(second.lines.filter((line) => line.includes('The past'))).toEqual([]);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
  }, 120_000);

  it('runs without the simulator on real data when told to', async () => {
    const { child, ended, hall } = await launch({ HALLWATCH_SIM: 'off' });
    const live = await eventually(() => hall('jiefang'));
    expect(live).toMatchObject({ simulated: false, occupancy: { value: null } });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('says in one line why it can’t start', async () => {
    const { ended, complaints } = await launch({ HALLWATCH_CONFIG: 'no-such-folder' });
    expect(await ended).toBe(2);
    expect(complaints[0]).toMatch(/^bad-config: /);
    const wrong = await launch({ HALLWATCH_SEED: 'many' });
    expect(await wrong.ended).toBe(2);
    expect(wrong.complaints[0]).toMatch(/^bad-setting: HALLWATCH_SEED is "many"/);
  });
});
