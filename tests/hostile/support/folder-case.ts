// One thing done to a copy of a data folder, and what became of it: does the server start, what does it say, what is lost.
import { cp, rm } from 'node:fs/promises';
import { errorCodes } from '../../../server/errors.ts';
import type { Expected } from './folder-world.ts';
import { doorPoints, remainsOf, secondDay, settled, tempFolder } from './folder-world.ts';
import type { HostileServer } from './server.ts';
import { spawnServer, whenReady } from './server.ts';

/** What may be missing after a start, as docs/architecture.md says of the file. */
export type Loss = 'walls' | 'silences' | 'quarantined' | 'points';

export interface FolderCase {
  name: string;
  /** Must be named in the log, in /readyz or in the line of a refusal; null where nothing has to be said. */
  file: string | null;
  from: { data: string; expected: Expected };
  /** False: this can't be done to this folder, and the case is left out. */
  damage: (data: string) => unknown;
  mayLose?: readonly Loss[];
  /** It must refuse, with this code, until `mend` was done. */
  refuses?: string;
  mend?: (data: string) => void | Promise<void>;
}

export interface Verdict {
  name: string;
  faults: string[];
  /** What was lost, and what was said of it. */
  summary: string;
}

const readyWithinMs = 30_000;

/** Does it, starts the server twice, and answers what of the promises was not kept; null for a case that can't be tried. */
export async function tryCase(one: FolderCase, config: string): Promise<Verdict | null> {
  const data = await tempFolder('case');
  await cp(one.from.data, data, { recursive: true });
  try {
    if ((await one.damage(data)) === false) return null;
    return await judge(one, data, { ...secondDay, HALLWATCH_CONFIG: config, HALLWATCH_DATA: data });
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function judge(one: FolderCase, data: string, env: Record<string, string>): Promise<Verdict> {
  const faults: string[] = [];
  let said = '';
  if (one.refuses) {
    const server = await spawnServer(env);
    const isReady = (await whenReady(server, readyWithinMs)) !== null;
    if (isReady) faults.push('started');
    await server.end();
    said = server.words().trim();
    faults.push(...refusalFaults(server, one.refuses, one.file));
    await one.mend?.(data);
  }
  const lost: string[] = [];
  // Twice: what is mended by a start must not have to be mended at each.
  for (const start of ['first', 'second']) {
    const server = await spawnServer(env);
    const isReady = (await whenReady(server, readyWithinMs)) !== null;
    if (!isReady) {
      faults.push(`${start} start: ${server.isGone() ? `ended with ${await server.ended}` : 'not ready'}`);
      await server.end('SIGKILL');
      faults.push(lastLine(server.words()));
      return { name: one.name, faults, summary: '' };
    }
    if (!(await settled(server))) faults.push(`${start} start: not settled`);
    const remains = await remainsOf(server, one.from.expected);
    const { wrong, marked, silences, quarantined, ready } = remains;
    await server.end();
    const words = `${server.words()}\n${ready?.degraded.join('\n') ?? ''}`;
    if (/\n\s+at /.test(server.words())) faults.push('a stack trace');
    if (start === 'first' && !one.refuses && one.file !== null && !words.includes(one.file))
      faults.push('nothing said');
    if (start === 'first' && said === '') said = ready?.degraded.join('; ') ?? '';
    if (start === 'second') continue;
    faults.push(...wrong);
    const { missing, odd } = await doorPoints(data, one.from.expected);
    if (odd > 0) faults.push(`${odd} door points that nobody sent`);
    const counts: Record<Loss, number> = {
      walls: marked,
      silences: one.from.expected.silences - silences,
      quarantined: one.from.expected.quarantined - quarantined,
      points: missing,
    };
    for (const [what, count] of Object.entries(counts)) {
      if (count === 0) continue;
      if (one.mayLose?.includes(what as Loss) && count > 0) lost.push(`${count} ${what}`);
      else faults.push(`${count} ${what} lost`);
    }
  }
  return {
    name: one.name,
    faults,
    summary: `lost: ${lost.join(', ') || 'nothing'}; says: ${said.slice(0, 300) || '-'}`,
  };
}

/** A refusal is one line of its own, `code: what happened; what to do`, and exit code 2. */
export function refusalFaults(server: HostileServer, code: string, file: string | null): string[] {
  const plain = server
    .words()
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('{'));
  const [line = ''] = plain;
  const faults: string[] = [];
  if (plain.length !== 1) faults.push(`${plain.length} lines instead of one`);
  if (!line.startsWith(`${code}: `) || !Object.hasOwn(errorCodes, code)) faults.push(`said "${line.slice(0, 200)}"`);
  if (!line.includes('; ')) faults.push('no word on what to do');
  if (file !== null && !line.includes(file)) faults.push(`${file} not named`);
  return faults;
}

function lastLine(words: string): string {
  return words.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
