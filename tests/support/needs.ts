// Tests that need a program of the system: run where it is installed, skipped by name elsewhere, failed in CI.
import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';

const programs = {
  mosquitto: { path: '/usr/sbin/mosquitto', package: 'mosquitto' },
  influxd: { path: '/usr/bin/influxd', package: 'influxdb' },
  mosquitto_pub: { path: '/usr/bin/mosquitto_pub', package: 'mosquitto-clients' },
  chromium: { path: '/usr/bin/chromium', package: 'chromium fonts-noto-cjk' },
};

export type Program = keyof typeof programs;

export const pathOf = (program: Program): string => programs[program].path;

/** A suite that needs these programs. */
export function describeWith(needed: Program[], name: string, suite: () => void): void {
  const missing = needed.map((program) => programs[program]).filter(({ path }) => !existsSync(path));
  if (missing.length === 0) {
    describe(name, suite);
    return;
  }
  const hint = `apt-get install -y --no-install-recommends ${missing.map((program) => program.package).join(' ')}`;
  if (process.env.CI !== 'true') {
    describe.skip(`${name} (needs: ${hint})`, suite);
    return;
  }
  describe(name, () => {
    it('finds what it needs', () => {
      throw new Error(`not installed: ${hint}`);
    });
  });
}
