// `http`: odd requests made out of the OpenAPI document, what is no HTTP, and connections that are slow on purpose.
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Finding, HostileContext, HostilePart } from '../part.ts';
import { atMost, holds, none } from '../part.ts';
import { Dice } from './dice.ts';
import { each } from './each.ts';
import { bounded, observe, undisturbed, unharmed } from './observe.ts';
import { rawRequests } from './odd-raw.ts';
import type { OddRequest, OpenApi } from './odd-requests.ts';
import { oddRequest, operationsOf } from './odd-requests.ts';
import type { Answer } from './raw-http.ts';
import { exchange, faultOf, openSocket } from './raw-http.ts';
import type { Victim } from './victim.ts';
import { startVictim } from './victim.ts';

const memory = { most: 600, growth: 200 };
/** Slow ones are dropped by then: the server looks every 5 s at who takes over 10 s for a head or 30 s for a request. */
const slowForMs = 38_000;

export const httpPart: HostilePart = {
  about: '10,000 odd requests, what is no HTTP, pipelines, 10 MB bodies, 200 slow connections',
  minutes: 3,
  run: runHttp,
};

async function runHttp({ say, scale }: HostileContext): Promise<Finding[]> {
  const victim = await startVictim({ env: { HALLWATCH_SIMULATED: '1' } });
  const observer = await observe(victim);
  const findings: Finding[] = [];
  const some = (count: number) => Math.max(1, Math.round(count * scale));
  try {
    const before = victim.memoryMiB().now;
    const parts: Record<string, () => Promise<Finding[]>> = {
      'odd requests': () => oddRequests(victim, some(10_000)),
      'what is no HTTP': () => oddHttp(victim, some(20)),
      pipelines: () => pipelines(victim, some(5_000)),
      'large bodies': () => largeBodies(victim, some(60)),
      'slow connections': () => slowConnections(victim, some(200), scale >= 1 ? slowForMs : 1_500),
    };
    for (const [name, attack] of Object.entries(parts)) {
      const began = performance.now();
      findings.push(...(await attack()), undisturbed(name, await observer.report()));
      const { now, most } = victim.memoryMiB();
      say(
        `  ${name}: ${Math.round(performance.now() - began)} ms, RSS ${now.toFixed(0)} MiB (most ${most.toFixed(0)})`,
      );
    }
    findings.push(...bounded('http', victim, before, memory), ...unharmed('http', victim));
  } finally {
    observer.end();
    await victim.end();
  }
  return findings;
}

async function oddRequests(victim: Victim, count: number): Promise<Finding[]> {
  const operations = operationsOf((await (await fetch(`${victim.url}/api/openapi.json`)).json()) as OpenApi);
  const dice = new Dice('http');
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const faults: string[] = [];
  let unanswered = 0;
  await each(count, 32, async () => {
    const odd = oddRequest(dice, operations);
    const answer = await ask(victim, agent, odd);
    if (answer === 'unsent') return;
    if (answer === null) {
      unanswered++;
      if (faults.length < 50) faults.push(`${odd.method} ${odd.path.slice(0, 120)}: no answer`);
      return;
    }
    const fault = faultOf(answer, { isHead: odd.method === 'HEAD' });
    if (fault)
      faults.push(`${odd.method} ${odd.path.slice(0, 160)} ${JSON.stringify(odd.headers).slice(0, 80)}: ${fault}`);
  });
  agent.destroy();
  return [
    none(
      `odd requests: of ${count}, a 500, a stack, or an error without code, message and fix`,
      faults.length,
      faults[0],
    ),
    none(
      'odd requests: without an answer',
      unanswered,
      faults.find((fault) => fault.endsWith('no answer')),
    ),
  ];
}

/** Null without an answer; `unsent` for what Node's own client refuses to send. */
function ask(victim: Victim, agent: Agent, odd: OddRequest): Promise<Answer | null | 'unsent'> {
  const { host, port } = victim;
  const { method, path, body, headers } = odd;
  return new Promise((resolve) => {
    const length = body ? { 'content-length': String(body.length) } : {};
    const take = (message: IncomingMessage) => {
      let text = '';
      message.setEncoding('utf8');
      // Long answers are read to their end and only looked at in part.
      message.on('data', (piece: string) => {
        if (text.length < 100_000) text += piece;
      });
      message.on('end', () => resolve({ status: message.statusCode ?? 0, head: '', body: text }));
      message.on('error', () => resolve(null));
    };
    try {
      const request = httpRequest({ host, port, agent, method, path, headers: { ...headers, ...length } }, take);
      request.setTimeout(20_000, () => request.destroy());
      request.on('error', () => resolve(null));
      request.end(body);
    } catch {
      resolve('unsent');
    }
  });
}

async function oddHttp(victim: Victim, rounds: number): Promise<Finding[]> {
  const faults: string[] = [];
  await each(rounds * rawRequests.length, 16, async (i) => {
    const raw = rawRequests[i % rawRequests.length];
    if (!raw) return;
    const answers = await exchange(victim.port, raw.bytes(`127.0.0.1:${victim.port}`));
    const fault =
      answers.length === 0 && !raw.mayBeSilent ? 'no answer' : answers.map((one) => faultOf(one)).find(Boolean);
    if (fault) faults.push(`${raw.name}: ${fault}`);
    if (answers.some(({ body }) => body.includes('/smuggled')))
      faults.push(`${raw.name}: a smuggled request was answered`);
  });
  return [
    none(
      'what is no HTTP: answered otherwise than promised',
      faults.length,
      [...new Set(faults)].join('; ').slice(0, 600),
    ),
  ];
}

/** Many requests in one write: all are answered, in their order; and costly ones, whose answers nobody waits for. */
async function pipelines(victim: Victim, count: number): Promise<Finding[]> {
  const host = `Host: 127.0.0.1:${victim.port}\r\n\r\n`;
  const paths = Array.from({ length: count }, (_, i) => (i % 2 ? '/healthz' : `/api/none-${i}`));
  const answers = await exchange(victim.port, paths.map((path) => `GET ${path} HTTP/1.1\r\n${host}`).join(''), count);
  const isInOrder = answers.every(({ body }, i) => body.includes(i % 2 ? '"ok":true' : `/api/none-${i}"`.slice(0, -1)));
  const costly = `GET /api/halls/jiefang/series?from=2026-01-01&to=2026-06-01&step=15m HTTP/1.1\r\n${host}`;
  const sockets = await Promise.all(Array.from({ length: 10 }, () => openSocket(victim.port)));
  for (const socket of sockets) socket.write(costly.repeat(Math.ceil(count / 10)));
  await pause(1_000);
  for (const socket of sockets) socket.destroy();
  const began = performance.now();
  await fetch(`${victim.url}/healthz`);
  return [
    holds('pipelines: all answered, in order', answers.length === count && isInOrder, `${answers.length} of ${count}`),
    atMost('pipelines: an answer after costly ones were left', performance.now() - began, 1_000, 'ms'),
  ];
}

async function largeBodies(victim: Victim, count: number): Promise<Finding[]> {
  const size = 10 * 2 ** 20;
  const faults: string[] = [];
  const fills = ['[', ' ', '\0', '9'];
  await each(count, 8, async (i) => {
    const path = ['/api/silences', '/api/history/lesson', '/api/history/points', '/api/halls'][i % 4];
    const isChunked = i % 3 === 0;
    const body = Buffer.alloc(size, fills[i % fills.length]);
    const length = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${size}`;
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${victim.port}\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
    const chunks = isChunked ? [Buffer.from(`${size.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')] : [body];
    const answers = await exchange(victim.port, Buffer.concat([Buffer.from(head), ...chunks]));
    // The end may be cut before the answer is read: then there is none.
    const fault = answers.map((one) => faultOf(one)).find(Boolean);
    if (fault) faults.push(`${path}: ${fault}`);
  });
  return [none('large bodies: answered otherwise than promised', faults.length, faults[0])];
}

/** A third each never end their head, their body, and never read what they asked for. */
async function slowConnections(victim: Victim, count: number, holdMs: number): Promise<Finding[]> {
  const host = `Host: 127.0.0.1:${victim.port}\r\n`;
  const sockets = await Promise.all(Array.from({ length: count }, () => openSocket(victim.port)));
  const json = 'Content-Type: application/json\r\n';
  const slow = sockets.filter((_, i) => i % 3 !== 2);
  for (const [i, socket] of sockets.entries()) {
    // Or it would never be seen that the other end is gone.
    if (i % 3 !== 2) socket.resume();
    if (i % 3 === 0) socket.write(`GET /api/halls HTTP/1.1\r\n${host}`);
    if (i % 3 === 1) socket.write(`POST /api/silences HTTP/1.1\r\n${host}${json}Content-Length: 60000\r\n\r\n{`);
    if (i % 3 === 2) {
      socket.pause();
      socket.write(`GET /api/asyncapi.json HTTP/1.1\r\n${host}\r\n`.repeat(20));
    }
  }
  for (const until = performance.now() + holdMs; performance.now() < until; await pause(500)) {
    for (const [i, socket] of sockets.entries())
      if (i % 3 !== 2 && socket.writable) socket.write(i % 3 === 0 ? 'X-A: b\r\n' : ' ');
  }
  const held = slow.filter(({ destroyed, readableEnded }) => !destroyed && !readableEnded).length;
  for (const socket of sockets) socket.destroy();
  if (holdMs < slowForMs) return [];
  return [none(`slow connections: heads and bodies that still come after ${slowForMs / 1000} s`, held)];
}
