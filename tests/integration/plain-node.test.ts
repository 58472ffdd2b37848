// The server under plain node, with no test runner in between.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../support/cleanup.ts';
import { freePort } from '../support/ports.ts';

async function startPlain(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['server/main.ts'], {
    env: {
      ...process.env,
      HALLWATCH_DATA: await tempFolder(),
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = new Promise<{ code: number | null }>((resolve) => child.once('exit', (code) => resolve({ code })));
  return { child, ended };
}

describe('node server/main.ts', () => {
  it('starts, answers, and ends in under 2 s on SIGTERM', async () => {
    const { child, ended } = await startPlain();
    const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    const [url] = /http:\S+/.exec(line) ?? [];
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true });
    const began = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0 });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  const refusals: { name: string; env: Record<string, string>; line: RegExp }[] = [
    {
      name: 'an address beyond this machine',
      env: { HALLWATCH_HTTP: '0.0.0.0:8080' },
      line: /^not-loopback: .*0\.0\.0\.0:8080.*; write 127\.0\.0\.1:8080/,
    },
    {
      name: 'a config folder that is not there',
      env: { HALLWATCH_CONFIG: 'no-such-folder' },
      line: /^bad-config: .* faults? in no-such-folder/,
    },
    {
      name: 'a clock without simulated data',
      env: { HALLWATCH_CLOCK: '1@1x1' },
      line: /^bad-setting: HALLWATCH_CLOCK only runs on simulated data/,
    },
    {
      name: 'a clock that is none',
      env: { HALLWATCH_CLOCK: 'noon', HALLWATCH_SIMULATED: '1' },
      line: /^bad-setting: HALLWATCH_CLOCK is "noon"; write/,
    },
  ];

  it.each(refusals)('refuses $name in one clear line', async ({ env, line }) => {
    const { child, ended } = await startPlain(env);
    const said = child.stderr.toArray();
    expect(await ended).toEqual({ code: 2 });
    expect(Buffer.concat(await said).toString()).toMatch(line);
  });
});
