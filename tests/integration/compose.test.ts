// docker-compose.yml and what it starts Mosquitto with, as far as no engine is needed.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { runMosquittoConfig, shippedConfig } from '../support/mosquitto.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';

interface Compose {
  services: Record<string, { ports: string[]; volumes: string[]; healthcheck?: unknown }>;
  volumes: Record<string, unknown>;
}

describe('docker-compose.yml', () => {
  it('publishes on this machine alone, keeps data in named volumes and watches health', async () => {
    const { services, volumes } = parse(await readFile('docker-compose.yml', 'utf8')) as Compose;
    expect(Object.keys(services)).toEqual(['mosquitto', 'influxdb']);
    for (const { ports, volumes: mounted, healthcheck } of Object.values(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      expect(mounted.some((one) => Object.keys(volumes).includes(one.split(':')[0] ?? ''))).toBe(true);
      expect(healthcheck).toBeDefined();
    }
    expect(services.mosquitto?.volumes).toContain(
      './deploy/mosquitto.conf:/mosquitto/config/hallwatch/mosquitto.conf:ro',
    );
  });
});

describeWith(['mosquitto'], 'Mosquitto as docker-compose.yml starts it', () => {
  it('listens to the network of its container, under the config the tests use', async () => {
    const folder = await tempFolder();
    const [loopback, open] = [await freePort(), await freePort()];
    await mkdir(join(folder, 'hallwatch'));
    await writeFile(join(folder, 'hallwatch', 'mosquitto.conf'), await shippedConfig(folder, loopback));
    const container = await readFile('deploy/mosquitto-container.conf', 'utf8');
    const config = container
      .replace(/^listener .*$/m, `listener ${open}`)
      .replace(/^include_dir .*$/m, `include_dir ${join(folder, 'hallwatch')}`);
    const broker = await runMosquittoConfig(folder, config, open);
    onTestFinished(broker.kill);
    const got: string[] = [];
    // 127.0.0.2 is not what the shipped config listens on.
    const [one, other] = await Promise.all([
      connectAsync(`mqtt://127.0.0.2:${open}`),
      connectAsync(`mqtt://127.0.0.1:${loopback}`),
    ]);
    onTestFinished(async () => {
      await Promise.all([one.endAsync(true), other.endAsync(true)]);
    });
    one.on('message', (_, payload) => got.push(payload.toString()));
    await one.subscribeAsync('hallwatch/v1/#', { qos: 1 });
    await other.publishAsync('hallwatch/v1/r/h/d/door', 'heard', { qos: 1 });
    await eventually(() => got.length > 0);
    expect(got).toEqual(['heard']);
  });
});
