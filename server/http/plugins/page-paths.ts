// Addresses of pages as people type them, and what a browser is answered where there is no page.
import type { HallwatchError } from '../../errors.ts';

const named = /^\/(wall|region)\/[a-z0-9-]{1,40}$/;
/** Where an address without a name leads: to the first wall, or to the list of regions. */
const nameless: Record<string, string> = { '/wall': '/', '/region': '/region/none' };
const single: ReadonlySet<string> = new Set(['/', '/maintenance', '/quarantine']);

/**
 * The address of the page that a path means: without doubled and trailing slashes, in small letters as all ids are. Null for no page.
 * Never an address elsewhere: it begins with one slash.
 */
export function pagePath(path: string): string | null {
  const plain =
    path
      .replace(/\/{2,}/g, '/')
      .replace(/\/$/, '')
      .toLowerCase() || '/';
  return nameless[plain] ?? (single.has(plain) || named.test(plain) ? plain : null);
}

/** True for a browser that wants to show something to a person; never under /api, where programs ask. */
export function wantsPage({
  method,
  url,
  headers,
}: {
  method: string;
  url: string;
  headers: { accept?: string };
}): boolean {
  const isApi = /^\/+api(\/|\?|$)/i.test(url);
  return (method === 'GET' || method === 'HEAD') && !isApi && (headers.accept ?? '').includes('text/html');
}

/** A page that says in both languages that there is none here, and where there is. */
export function missingPage({ code, message }: Pick<HallwatchError, 'code' | 'message'>): string {
  return `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hallwatch</title>
<link rel="icon" href="data:,">
<style>
body { max-width: 40rem; margin: 12vh auto 0; padding: 0 1.5rem; font: 1.125rem/1.6 system-ui, sans-serif; color: #e9eef5; background: #0b1118; }
h1 { font-size: 1.75rem; line-height: 1.3; }
a { color: #7db9ff; }
code { overflow-wrap: anywhere; color: #b4c0cf; }
ul { padding: 0; list-style: none; }
li { margin: .5rem 0; }
</style>
<main>
<h1>没有这个页面 <span lang="en">There is no such page</span></h1>
<p><code lang="en">${escaped(message)} (${code})</code></p>
<ul>
<li><a href="/">营业厅大屏 <span lang="en">Walls of halls</span></a></li>
<li><a href="/region/none">区域 <span lang="en">Regions</span></a></li>
<li><a href="/maintenance">设备维护 <span lang="en">Maintenance</span></a></li>
<li><a href="/quarantine">消息隔离区 <span lang="en">Quarantine</span></a></li>
</ul>
</main>
</html>
`;
}

function escaped(text: string): string {
  return text
    .slice(0, 300)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
