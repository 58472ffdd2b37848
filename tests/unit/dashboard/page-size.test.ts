// What a page may weigh: all the script it ever loads, gzip (`npm run build` tells some 0.8 % more). A page that outgrows this is
// looked at before its figure is raised; the wall may not pass 70 KB of 1,024 bytes (docs/decisions/0008).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const dist = new URL('../../../dashboard/dist/', import.meta.url);

/** The script files that the page names, and those that these name in turn: what comes later is counted too. */
function scriptsOf(page: string): string[] {
  const found: string[] = [];
  const readFrom = (file: string) => {
    for (const [script] of readFileSync(new URL(file, dist), 'utf8').matchAll(/[\w-]+\.js(?=["'`])/g)) {
      if (found.includes(script)) continue;
      found.push(script);
      readFrom(`assets/${script}`);
    }
  };
  readFrom(`${page}.html`);
  return found;
}

const kilobytes = (script: string) => gzipSync(readFileSync(new URL(`assets/${script}`, dist))).length / 1_000;

describe('the script of a page', () => {
  it.each([
    { page: 'wall', scripts: 2, atMost: 71.65 },
    { page: 'region', scripts: 1, atMost: 49.3 },
    { page: 'maintenance', scripts: 1, atMost: 37.5 },
    { page: 'quarantine', scripts: 1, atMost: 25.4 },
  ])('$page: $atMost kB at most, in $scripts', ({ page, scripts, atMost }) => {
    const found = scriptsOf(page);
    expect(found).toHaveLength(scripts);
    expect(found.map(kilobytes).reduce((a, b) => a + b)).toBeLessThan(atMost);
  });
});
