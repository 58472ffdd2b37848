// A past for the folder of a running server: handed over by HTTP, at the server's pace.
import { setTimeout as pause } from 'node:timers/promises';
import { Compile } from 'typebox/compile';
import { Past, PastTaken, PastTaught } from '../contracts/past.ts';
import { HallwatchError } from '../errors.ts';
import type { Target } from './target.ts';
import { Interrupted } from './target.ts';

interface Parts {
  /** Such as http://127.0.0.1:8080. */
  url: string;
  /** Rests so many times as long as the server took: what remains of its time belongs to the walls. */
  restShare: number;
  /** So many points at once: a server is busy for as long as it takes them in. */
  pageSize: number;
  ended: AbortSignal;
}

interface Asked {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
}

const pastCheck = Compile(Past);
const takenCheck = Compile(PastTaken);
const taughtCheck = Compile(PastTaught);
const busyMs = 500;
const answerWithinMs = 30_000;

export function serverTarget({ url, restShare, pageSize, ended }: Parts): Target {
  const rest = async (ms: number) => {
    await pause(ms, undefined, { signal: ended }).catch(() => {});
    if (ended.aborted) throw new Interrupted();
  };
  const ask = async ({ method, path, body }: Asked): Promise<unknown> => {
    for (;;) {
      if (ended.aborted) throw new Interrupted();
      const answer = await fetched(url, { method, path, body }, ended);
      if (answer.ok) return answer.json();
      const { code, message = '', fix = '' } = (await answer.json().catch(() => ({}))) as Record<string, string>;
      if (code === 'history-busy') await rest(busyMs);
      else if (code === 'not-simulated') throw new HallwatchError('not-simulated', { what: message, fix });
      else throw noServer(`${url} answered ${answer.status} to ${path}: ${message}`);
    }
  };
  return {
    pageSize,
    async past() {
      const past = await ask({ method: 'GET', path: '/api/history/past' });
      if (pastCheck.Check(past)) return past;
      throw noServer(`${url} is no Hallwatch of this version`);
    },
    async take(points) {
      const began = performance.now();
      const taken = await ask({ method: 'POST', path: '/api/history/points', body: points });
      if (!takenCheck.Check(taken)) throw noServer(`${url} is no Hallwatch of this version`);
      if (restShare > 0) await rest((performance.now() - began) * restShare);
      return taken;
    },
    async teach(lesson) {
      const taught = await ask({ method: 'POST', path: '/api/history/lesson', body: lesson });
      if (taughtCheck.Check(taught)) return taught;
      throw noServer(`${url} is no Hallwatch of this version`);
    },
    // The server sees to the rest, whether or not anybody waits.
    async settle() {},
    async close() {},
  };
}

async function fetched(url: string, { method, path, body }: Asked, ended: AbortSignal): Promise<Response> {
  const signal = AbortSignal.any([ended, AbortSignal.timeout(answerWithinMs)]);
  const sent =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return fetch(`${url}${path}`, { method, signal, ...sent }).catch((error: Error & { cause?: { code?: string } }) => {
    if (ended.aborted) throw new Interrupted();
    throw noServer(`${url} doesn't answer (${error.cause?.code ?? error.message})`);
  });
}

export function noServer(what: string): HallwatchError {
  return new HallwatchError('no-server', { what, fix: 'name the server that runs on the folder with --url' });
}
