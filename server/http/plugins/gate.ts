// S1, until accounts exist: only this machine's own pages may talk to us.
import type { IncomingHttpHeaders } from 'node:http';
import { HallwatchError } from '../../errors.ts';

const names = ['localhost', '127.0.0.1', '[::1]'];
const foreignSites = new Set(['cross-site', 'same-site']);

/** True when a Host header names us: this machine, and our port. */
function isOwnHost(host: string | undefined, port: number): boolean {
  return names.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}

/** True unless a browser says that the request comes from a page that isn't ours. */
function isOwnOrigin(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  if (foreignSites.has(String(headers['sec-fetch-site'] ?? ''))) return false;
  return origin === undefined || origin === `http://${host}`;
}

/** The same for a Socket.IO handshake, which is a GET and yet opens a conversation: throws for a foreign origin too. */
export function checkHandshake(headers: IncomingHttpHeaders, port: number): void {
  checkGate({ method: 'GET', headers, port });
  if (!isOwnOrigin(headers)) throw foreignOrigin(port);
}

function foreignOrigin(port: number): HallwatchError {
  return new HallwatchError('foreign-origin', {
    what: 'a page of another origin asked for this',
    fix: `use the pages at http://127.0.0.1:${port}`,
  });
}

/** Throws `foreign-host` or, where something could change, `foreign-origin` and `not-json`. */
export function checkGate({
  method,
  headers,
  port,
}: {
  method: string;
  headers: IncomingHttpHeaders;
  port: number;
}): void {
  if (!isOwnHost(headers.host, port)) {
    throw new HallwatchError('foreign-host', {
      what: 'this server answers to this machine only',
      fix: `open http://127.0.0.1:${port}`,
    });
  }
  if (method === 'GET' || method === 'HEAD') return;
  if (!isOwnOrigin(headers)) {
    throw foreignOrigin(port);
  }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
  if (hasBody && type !== 'application/json') {
    throw new HallwatchError('not-json', {
      what: 'the body is not JSON',
      fix: 'send it as content-type: application/json',
    });
  }
}
