// `npm run history -- rollup`: asks the server that holds the data folder to roll days up again, and says how far it is.
import { setTimeout as pause } from 'node:timers/promises';
import { loadConfigOrThrow } from '../config/load.ts';
import { readBasics, readSettings } from '../config/settings.ts';
import type { HistoryStatus } from '../contracts/history.ts';
import { HallwatchError } from '../errors.ts';
import type { Command, Given } from './command.ts';
import { badOption, grouped, readOptions } from './command.ts';

const usage = 'rollup --hall ID --from YYYY-MM-DD [--to YYYY-MM-DD]';
const lookEveryMs = 500;

export const rollup: Command = {
  usage,
  about: 'days of a hall once more from the journal, by the running server (HALLWATCH_HTTP)',
  async run({ args, env, say }) {
    const text = { type: 'string' as const };
    const { hall, from, to = from } = readOptions(args, { hall: text, from: text, to: text }, usage);
    if (!hall || !from || !to) throw badOption('rollup wants a hall and a date', usage);
    const { config } = readBasics(env);
    const { http } = readSettings(env, (await loadConfigOrThrow(config)).settings);
    const server = `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`;
    const body = JSON.stringify({ hall, from, to });
    await ask(`${server}/api/history/rollup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await untilDone(server, say);
    say(`${hall}: ${from} to ${to} rolled up again`);
  },
};

/** Says a line whenever something changed, until nothing is due any more. */
async function untilDone(server: string, say: Given['say']): Promise<void> {
  let said = '';
  for (;;) {
    const { due, waiting, rolling } = await ask(`${server}/api/history`);
    if (due.days + due.profiles === 0 && waiting === 0) return;
    const read = rolling ? `, ${grouped(rolling.done)} of ${grouped(rolling.total)} messages read` : '';
    const line = `${due.days} day(s) of halls to go${read}; ${grouped(waiting)} points on their way`;
    if (line !== said) say(line);
    said = line;
    await pause(lookEveryMs);
  }
}

async function ask(url: string, init?: RequestInit): Promise<HistoryStatus> {
  const answer = await fetch(url, init).catch((cause: unknown) => {
    throw new HallwatchError('no-server', {
      what: `no server answers at ${url}`,
      fix: 'start the server of the data folder; HALLWATCH_HTTP says where it listens',
      cause,
    });
  });
  const said = (await answer.json()) as HistoryStatus & { code?: string; message?: string; fix?: string };
  if (answer.ok) return said;
  throw new HallwatchError('bad-request', {
    what: said.message ?? String(answer.status),
    fix: said.fix ?? 'see the log',
  });
}
