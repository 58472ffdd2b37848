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

describe('addresses as people type them', () => {
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const ask = (url: string, headers: Record<string, string> = browser) => fetch(url, { headers, redirect: 'manual' });

  it('lead to their page, whatever slashes and letters', async () => {
    const { url } = await startServer();
    for (const [path, to] of [
      ['/wall/jiefang/', '/wall/jiefang'],
      ['//wall//jiefang', '/wall/jiefang'],
      ['/wall/JieFang?lang=en', '/wall/jiefang?lang=en'],
      ['/WALL/JIEFANG/?lang=en', '/wall/jiefang?lang=en'],
      ['/wall/', '/'],
      ['/wall', '/'],
      ['/region/wuhan/', '/region/wuhan'],
      ['/region', '/region/none'],
      ['/maintenance/', '/maintenance'],
      ['/Quarantine', '/quarantine'],
    ]) {
      const answer = await ask(`${url}${path}`);
      expect([answer.status, answer.headers.get('location')], path).toEqual([302, to]);
      expect((await fetch(`${url}${path}`, { headers: browser })).headers.get('content-type'), path).toContain(
        'text/html',
      );
    }
  });

  it('that lead nowhere are answered as a page to a browser, and as ever to a program', async () => {
    const { url } = await startServer();
    for (const path of [
      '/nothing',
      '/wall/jiefang/desks',
      '/nothing/<b>x',
      '//evil.example/',
      '/wall/a%20b/',
      '/wall/bad%5',
    ]) {
      const answer = await ask(`${url}${path}`);
      const text = await answer.text();
      expect(answer.headers.get('content-type'), path).toContain('text/html');
      expect([400, 404], path).toContain(answer.status);
      expect(text, path).toContain('没有这个页面');
      expect(text, path).not.toContain('<b>');
      const program = await ask(`${url}${path}`, {});
      expect(await program.json(), path).toMatchObject({ code: expect.any(String), fix: expect.any(String) });
    }
    for (const path of ['/api/nothing', '/api/halls/nowhere', '/api/halls/jiefang/', '/API/halls', '/assets/none.js']) {
      const answer = await ask(`${url}${path}`, path.startsWith('/assets') ? {} : browser);
      expect(await answer.json(), path).toMatchObject({ code: expect.any(String) });
    }
  });
});

describe('what is sent to us', () => {
  it('A12: is JSON in UTF-8, or refused: no letter is lost on the way', async () => {
    const { url } = await startServer();
    const send = (body: Uint8Array<ArrayBuffer>) =>
      fetch(`${url}/api/silences`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const before = Buffer.from(`{"hall":"jiefang","to":${Date.now() + 60_000},"why":"`);
    const gbk = await send(new Uint8Array([...before, 0xbd, 0xe2, 0x22, 0x7d]));
    expect(gbk.status).toBe(400);
    expect(await gbk.json()).toMatchObject({ code: 'bad-request', message: expect.stringContaining('UTF-8') });
    const whole = await send(new Uint8Array([...before, ...Buffer.from('停电"}')]));
    expect(await whole.json()).toMatchObject({ why: '停电' });
  });
});
