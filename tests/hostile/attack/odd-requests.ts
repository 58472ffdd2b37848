// Requests with something odd in them, made out of the OpenAPI document: the same ones for the same numbers.
import type { Dice } from './dice.ts';

export interface OddRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
}

interface Operation {
  method: string;
  path: string;
  parameters: { in: string; name: string; required: boolean }[];
  hasBody: boolean;
}

export interface OpenApi {
  paths: Record<string, Record<string, { parameters?: Operation['parameters']; requestBody?: unknown }>>;
}

/** The routes of a document, and the pages that it doesn't name. */
export function operationsOf({ paths }: OpenApi): Operation[] {
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      hasBody: requestBody !== undefined,
    })),
  );
  const pages = [
    '/wall/{hall}',
    '/region/{region}',
    '/maintenance',
    '/quarantine',
    '/',
    '/assets/{file}',
    '/api/docs',
    '/socket.io/',
  ];
  return [...documented, ...pages.map((path) => ({ method: 'GET', path, parameters: [], hasBody: false }))];
}

const sound: Record<string, string[]> = {
  hall: ['jiefang', 'qingshan'],
  region: ['wuhan'],
  from: ['2026-11-01', '1790000000000', '2026-11-01T09:00'],
  to: ['2026-11-20', '1795000000000'],
  day: ['2026-11-01'],
  date: ['2026-11-01'],
  step: ['15m', '1d', '7d'],
  service: ['general'],
  terminal: ['jf-pay-1'],
  device: ['jf-door-main'],
  state: ['open', 'resolved'],
  id: ['1', '7'],
  action: ['acknowledge', 'note', 'resolve'],
};

/** As they stand in an address: percent signs are meant. */
const odd = [
  '',
  '%00',
  'a%00b',
  '%C0%AF',
  '%ED%A0%80',
  '%FF',
  '%',
  '%E0%A4%A',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '..%5c..%5c',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '-1',
  '0',
  '1e309',
  'NaN',
  'Infinity',
  '9'.repeat(400),
  '0x10',
  'true',
  'null',
  '[]',
  '%7B%7D',
  '[object%20Object]',
  "'%20OR%20'1'='1",
  "';DROP%20TABLE%20entries;--",
  '%22;SHOW%20DATABASES',
  '$%7B7*7%7D',
  '%3Cscript%3Ealert(1)%3C/script%3E',
  '%F0%9F%98%80',
  '%E2%80%AE%D8%A7',
  '%0d%0aSet-Cookie:%20a=b',
  'a'.repeat(2_000),
  'a/'.repeat(500),
  '275760-09-13',
  '-271821-04-20',
  '0000-00-00',
  '2026-02-30',
  '2026-11-01T25:61',
  '8640000000000001',
  '2026-11-01T00:00:00.000000000%2B99:99',
  '1s',
  '0m',
  '99999999d',
  'entered,entered,__proto__',
];

const bodies: (() => string | Buffer)[] = [
  () => '',
  () => '{}',
  () => '[]',
  () => 'null',
  () => '"text"',
  () => '1e400',
  () => '{"__proto__":{"admin":true}}',
  () => '{"constructor":{"prototype":{"admin":true}}}',
  () => '{"hall":"jiefang","hall":["x"],"from":{"a":1},"to":null}',
  () => '{"hall":"jiefang","from":"2026-11-01","to":"2999-01-01"}',
  () => '{"hall":"jiefang","rule":"wait-limit","to":1e300,"reason":"x"}',
  () => '{"hall":"jiefang","points":[{"measurement":"__proto__","tags":{},"fields":{},"at":0}]}',
  () => '{"hall":"jiefang","version":1,"learned":"{}"}',
  () => '{"note":"\\u0000\\ud800"}',
  () => '[',
  () => '{"a":',
  () => '\uFEFF{}',
  () => '['.repeat(30_000),
  () => `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
  () => `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  () => `{"a":"${'x'.repeat(63_000)}"}`,
  () => `{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":1`).join()}}`,
  () => Buffer.from('{}', 'utf16le'),
  () => Buffer.from([0xff, 0xfe, 0x00, 0xc0, 0xaf]),
  () => Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0]),
  () => Buffer.alloc(200_000, '['),
];
const types = [
  'application/json',
  'application/json; charset=utf-16',
  'application/json;charset=\u00ff',
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  '',
  'application/json, text/html',
  `application/${'j'.repeat(2_000)}`,
];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'QUERY'];
const headers: [string, string][] = [
  ['accept-encoding', 'gzip;q=1e309, br, *;q=-1'],
  ['content-encoding', 'gzip'],
  ['range', 'bytes=0-0,1-1,2-2,-1'],
  ['if-none-match', '*'],
  ['if-modified-since', 'yesterday'],
  ['x-forwarded-host', 'evil.example'],
  ['x-http-method-override', 'DELETE'],
  ['cookie', 'a='.repeat(2_000)],
  ['accept', '*/*;'.repeat(500)],
  ['authorization', 'Basic ='],
  ['expect', '100-continue'],
  ['origin', 'null'],
  ['sec-fetch-site', 'cross-site'],
  ['x-odd', '\u00e9\u00ff'],
];

/** One odd request for one of the operations. */
export function oddRequest(dice: Dice, operations: readonly Operation[]): OddRequest {
  const operation = dice.pick(operations);
  const isMethodOdd = dice.chance(0.1);
  const method = isMethodOdd ? dice.pick(methods) : operation.method;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameterValue(dice, name, 0.4));
  const request: OddRequest = { method, path: path + queryOf(dice, operation), headers: {} };
  if (dice.chance(0.3)) {
    const [name, value] = dice.pick(headers);
    request.headers[name] = value;
  }
  if (operation.hasBody || dice.chance(0.1)) {
    request.body = Buffer.from(dice.pick(bodies)());
    const type = dice.chance(0.7) ? 'application/json' : dice.pick(types);
    if (type !== '') request.headers['content-type'] = type;
  }
  return request;
}

function parameterValue(dice: Dice, name: string, oddShare: number): string {
  const good = sound[name];
  return good && !dice.chance(oddShare) ? dice.pick(good) : dice.pick(odd);
}

/** Some parameters missing, double, as lists or objects, or not known. */
function queryOf(dice: Dice, { parameters }: Operation): string {
  const parts = parameters
    .filter(({ in: where, required }) => where === 'query' && dice.chance(required ? 0.95 : 0.4))
    .flatMap(({ name }) => {
      const value = parameterValue(dice, name, 0.3);
      if (dice.chance(0.85)) return [`${name}=${value}`];
      return dice.pick([
        [`${name}=${value}`, `${name}=${dice.pick(odd)}`],
        [`${name}[]=${value}`],
        [`${name}[__proto__]=${value}`],
        [name],
        [`${name}=${value}`.repeat(50)],
      ]);
    });
  if (dice.chance(0.1))
    parts.push(
      dice.pick(['__proto__=1', 'constructor[prototype][x]=1', '&&&', '=', '%00=1', `${'x=1&'.repeat(2_000)}`]),
    );
  return parts.length > 0 || dice.chance(0.05) ? `?${parts.join('&')}` : '';
}
