// The simulator's program that tells a past, as a process of its own: the server knows of devices what they send, and no more.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { HallwatchError } from '../errors.ts';
import { Interrupted } from './target.ts';

/** A message as the broker would have had it, `time` in epoch ms. */
export interface StoryLine {
  topic: string;
  payload: string;
  time: number;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a program of the simulator and gives its lines as they are asked for. Throws `simulator-failed` with what it said, or Interrupted. */
export async function* linesOf(script: string, args: readonly string[], ended: AbortSignal): AsyncGenerator<string> {
  if (ended.aborted) throw new Interrupted();
  const child = spawn(process.execPath, [`${root}firmware-sim/${script}`, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const kill = () => child.kill('SIGKILL');
  ended.addEventListener('abort', kill);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  try {
    let rest = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    const [code] = await exit;
    if (ended.aborted) throw new Interrupted();
    if (code !== 0) throw failed(complaint || `it ended with ${code}`);
  } finally {
    ended.removeEventListener('abort', kill);
    kill();
  }
}

/** The messages of a past. */
export async function* storyLines(args: readonly string[], ended: AbortSignal): AsyncGenerator<StoryLine> {
  for await (const line of linesOf('past/main.ts', args, ended)) yield JSON.parse(line) as StoryLine;
}

function failed(said: string): HallwatchError {
  return new HallwatchError('simulator-failed', {
    what: `the past could not be told: ${said.trim().split('\n').at(-1)}`,
    fix: 'mend that and write the same command again',
  });
}
