// npm run hostile, in small: its attacks run against a real server and find nothing, and what they look at can fail.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Observed } from '../hostile/attack/observe.ts';
import { undisturbed } from '../hostile/attack/observe.ts';
import { answersIn, faultOf } from '../hostile/attack/raw-http.ts';
import type { Finding } from '../hostile/part.ts';

const run = promisify(execFile);

interface Report {
  hostile: { part: string; findings: Finding[] }[];
  broken: number;
}

/** How long others waited hangs on what else runs here: that is looked at by the command itself. */
const isOfTime = ({ what }: Finding) => what.includes('others, at the longest');

describe('npm run hostile', () => {
  it.concurrent.each([
    { part: 'http', least: 12 },
    { part: 'mqtt', least: 15 },
    { part: 'sockets', least: 12 },
  ])('$part finds nothing', { timeout: 180_000 }, async ({ part, least }) => {
    const { stdout } = await run(process.execPath, ['tests/hostile/main.ts', part, '--scale', '0.02']).catch(
      (failure: { stdout: string }) => failure,
    );
    const { hostile } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Report;
    expect(hostile.map((one) => one.part)).toEqual([part]);
    const findings = hostile[0]?.findings ?? [];
    expect(findings.filter((finding) => !finding.ok && !isOfTime(finding))).toEqual([]);
    expect(findings.filter(isOfTime).length).toBeGreaterThan(4);
    expect(findings.length).toBeGreaterThanOrEqual(least);
  });

  const good: Observed = { puback: 5, http: 5, wall: 5, pulse: 2_000, disconnects: 0, samples: 9, failed: 0, own: 10 };
  it.each<Partial<Observed>>([
    { puback: 1_011 },
    { http: 5_000 },
    { wall: 2_500 },
    { pulse: 6_000 },
    { disconnects: 1 },
    { failed: 1 },
    { samples: 0 },
  ])('calls %j a broken promise', (bad) => {
    expect(undisturbed('x', good).ok).toBe(true);
    expect(undisturbed('x', { ...good, ...bad }).ok).toBe(false);
  });

  it.each([
    { status: 500, body: '{"code":"internal","message":"x","fix":"y"}' },
    { status: 400, body: 'Bad Request' },
    { status: 404, body: '{"code":"not-found","message":"x"}' },
    { status: 417, body: '' },
    { status: 200, body: 'Error: x\n    at f (/srv/app.js:1:2)' },
    { status: 400, body: '{"code":"x","message":"in node:internal/x","fix":"y"}' },
  ])('calls $status $body a fault', (answer) => {
    expect(faultOf(answer)).not.toBeNull();
    expect(faultOf({ status: 503, body: '{"code":"history-busy","message":"x","fix":"y"}' })).toBeNull();
  });

  it('reads answers with a length, in chunks, several in one, and leaves off what is cut', () => {
    const one = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    const two = 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n';
    const three = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut';
    const answers = answersIn(Buffer.from(one + two + three));
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, 'ok'],
      [404, 'abcd'],
    ]);
  });
});
