import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const endWithinMs = 1_900;

export interface Running {
  child: ChildProcess;
  ended: Promise<number>;
}

/** Starts one of our programs under this Node; its stderr is ours, its stdout goes line by line to `line`. */
export function start(
  script: string,
  env: NodeJS.ProcessEnv,
  line: (text: string) => void,
  args: readonly string[] = [],
): Running {
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', line);
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
  return { child, ended };
}

/** Asks a process to end, and ends it after 1.9 s if it didn't. */
export async function stop({ child, ended }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
  await ended;
  clearTimeout(timer);
}
