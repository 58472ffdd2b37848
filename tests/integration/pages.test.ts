// What a browser is handed: pages that are always current, assets that may be kept, errors in one shape.
import { describe, expect, it } from 'vitest';
import { startServer } from '../support/server.ts';

describe('pages', () => {
  it.each(['/wall/jiefang', '/region/wuhan', '/quarantine'])(
    '%s is never kept by a browser, while its hashed assets are',
    async (path) => {
      const { url } = await startServer();
      const page = await fetch(`${url}${path}`);
      expect(page.status).toBe(200);
      expect(page.headers.get('cache-control')).toBe('no-cache');
      const [asset] = /\/assets\/[^"]+\.js/.exec(await page.text()) ?? [];
      expect((await fetch(`${url}${asset}`)).headers.get('cache-control')).toContain('immutable');
    },
  );

  it('allow no script, frame or connection but our own', async () => {
    const { url } = await startServer();
    const { headers } = await fetch(`${url}/wall/jiefang`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('begin at the first hall', async () => {
    const { url } = await startServer();
    const answer = await fetch(url, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/wall/guanggu']);
  });
});

describe('errors over HTTP', () => {
  it.each([
    { path: '/api/halls/nowhere', status: 404, code: 'unknown-hall' },
    { path: '/api/halls/__proto__', status: 400, code: 'bad-request' },
    { path: '/api/halls/UPPER', status: 400, code: 'bad-request' },
    { path: `/api/halls/${'a'.repeat(41)}`, status: 400, code: 'bad-request' },
    { path: '/api/nothing', status: 404, code: 'not-found' },
    { path: '/wall/bad%5', status: 400, code: 'bad-request' },
    { path: '/assets/../../package.json', status: 404, code: 'not-found' },
    { path: '/assets/%2e%2e/%2e%2e/package.json', status: 404, code: 'not-found' },
  ])('answer $path with $status $code, a message and a fix', async ({ path, status, code }) => {
    const { get } = await startServer();
    const answer = await get(path);
    expect(answer).toMatchObject({ status, body: { code, message: expect.any(String), fix: expect.any(String) } });
  });
});
