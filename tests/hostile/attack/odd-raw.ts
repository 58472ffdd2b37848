// Requests that are wrong as HTTP: what proxies and servers have read differently, and what is no HTTP at all.

export interface RawRequest {
  name: string;
  bytes: (host: string) => Buffer;
  /** No answer may be written, since what was sent is none of ours; the connection must be closed. */
  mayBeSilent?: boolean;
}

const text = (name: string, lines: (host: string) => string, mayBeSilent = false): RawRequest => ({
  name,
  bytes: (host) => Buffer.from(lines(host), 'latin1'),
  mayBeSilent,
});

const get = (host: string, more = '', target = '/api/halls') =>
  `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
const post = (host: string, more: string, body: string) =>
  `POST /api/silences HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${more}\r\n${body}`;
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';

export const rawRequests: RawRequest[] = [
  text('both length and chunks', (host) =>
    post(host, 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`),
  ),
  text('chunks, then a length', (host) =>
    post(host, 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `5c\r\n${smuggled}`),
  ),
  text('two lengths', (host) => post(host, 'Content-Length: 2\r\nContent-Length: 40\r\n', `{}${smuggled}`)),
  text('a length below 0', (host) => post(host, 'Content-Length: -1\r\n', '{}')),
  text('a length past all numbers', (host) => post(host, `Content-Length: ${'9'.repeat(40)}\r\n`, '{}')),
  text('chunked twice', (host) => post(host, 'Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n')),
  text('an encoding nobody knows', (host) => post(host, 'Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')),
  text('a tab in the encoding', (host) => post(host, 'Transfer-Encoding:\tchunked\x0b\r\n', '0\r\n\r\n')),
  text('a folded header', (host) => get(host, 'X-A: b\r\n c\r\n')),
  text('a blank before the colon', (host) => get(host, 'X-A : b\r\n')),
  text('line feeds alone', (host) => `GET /api/halls HTTP/1.1\nHost: ${host}\n\n`),
  text('a NUL in a header', (host) => get(host, 'X-A: a\0b\r\n')),
  text('a NUL in the address', (host) => get(host, '', '/api/halls\0')),
  text('bytes above 127 in the address', (host) => get(host, '', '/api/halls/\xff\xc0\xaf')),
  text('a chunk that is no number', (host) => post(host, 'Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n')),
  text('a chunk past all numbers', (host) => post(host, 'Transfer-Encoding: chunked\r\n', 'ffffffffffffffffff\r\n')),
  text('a chunk with 100 kB of extensions', (host) =>
    post(host, 'Transfer-Encoding: chunked\r\n', `2;${'a'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`),
  ),
  text('trailers', (host) =>
    post(host, 'Transfer-Encoding: chunked\r\n', `0\r\nHost: evil\r\nContent-Length: 5\r\n\r\n`),
  ),
  text('a header of 100 kB', (host) => get(host, `X-A: ${'a'.repeat(100_000)}\r\n`)),
  text('10,000 headers', (host) => get(host, Array.from({ length: 10_000 }, (_, i) => `a${i}: b\r\n`).join(''))),
  text('an address of 100 kB', (host) => get(host, '', `/${'a'.repeat(100_000)}`)),
  text('no Host', () => 'GET /api/halls HTTP/1.1\r\n\r\n'),
  text('two Hosts', (host) => get(host, 'Host: evil.example\r\n')),
  text('a foreign Host', () => get('evil.example')),
  text('an empty Host', () => get('')),
  text('an absolute address', (host) => get(host, '', `http://${host}/api/halls`)),
  text('an absolute address of another', (host) => get(host, '', 'http://evil.example/api/halls')),
  text('only an asterisk', (host) => `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  text('CONNECT', (host) => `CONNECT evil.example:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  text('TRACE', (host) => `TRACE / HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  text('a method nobody knows', (host) => `BREW /pot HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  text('a method in small letters', (host) => `get / HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  text('HTTP/0.9', () => 'GET /api/halls\r\n\r\n'),
  text('HTTP/1.0', (host) => `GET /api/nothing HTTP/1.0\r\nHost: ${host}\r\n\r\n`),
  text('HTTP/9.9', (host) => `GET /api/halls HTTP/9.9\r\nHost: ${host}\r\n\r\n`),
  text('the beginning of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  text('the beginning of TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  text('an upgrade to HTTP/2', (host) =>
    get(host, 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n', '/api/nothing'),
  ),
  text('an upgrade to nothing', (host) => get(host, 'Connection: Upgrade\r\nUpgrade: x\r\n', '/api/nothing')),
  text('a WebSocket elsewhere', (host) =>
    get(
      host,
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n',
      '/api/nothing',
    ),
  ),
  text(
    'a WebSocket without a key',
    (host) => get(host, 'Connection: Upgrade\r\nUpgrade: websocket\r\n', '/socket.io/?EIO=4&transport=websocket'),
    true,
  ),
  text('Socket.IO by polling', (host) => get(host, '', '/socket.io/?EIO=4&transport=polling')),
  text('Socket.IO of another version', (host) =>
    get(host, '', '/socket.io/?EIO=99&transport=__proto__&sid=constructor'),
  ),
  text('an expectation nobody knows', (host) => get(host, 'Expect: the-unexpected\r\n')),
  text('only line breaks', () => '\r\n\r\n\r\n\r\nX\r\n\r\n'),
  text('only NULs', () => '\0'.repeat(1_000)),
  text('a good request, then rubbish', (host) => `${get(host, '', '/healthz')}\x01\x02\x03\r\n\r\n`),
];
