import { watch } from 'node:fs';
import type { Logger } from '../log.ts';
import type { Config } from './load.ts';
import { loadConfig } from './load.ts';
import type { ParsedFiles } from './parsed-files.ts';
import { faultLine } from './yaml-file.ts';

const settleMs = 300;

/** What became of the latest change of the files: null, or why the old config still holds. */
export interface ConfigWatch {
  readonly problem: string | null;
  close(): void;
}

/** Reads the config again when its files change. A broken one is said and the old one kept. */
export function watchConfig(
  folder: string,
  { log, take, parsed }: { log: Logger; take: (config: Config) => void; parsed?: ParsedFiles },
): ConfigWatch {
  let problem: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  const reload = async () => {
    const { config, faults } = await loadConfig(folder, parsed);
    await parsed?.keep();
    if (config) {
      problem = null;
      log.info({ halls: config.halls.size }, 'config read again');
      take(config);
      return;
    }
    problem = `config: ${faults.length} faults, the former one still holds`;
    for (const fault of faults) log.error({ fault: faultLine(fault) }, 'config not taken over');
  };
  const failed = (error: unknown) => {
    problem = 'config: not read, the former one still holds';
    log.error({ error: String(error) }, 'config not read');
  };
  const look = () => {
    const watcher = watch(folder, { recursive: true }, () => {
      // Counted from the first change, not the last: files that never rest are read all the same.
      timer ??= setTimeout(() => {
        timer = undefined;
        // Anew each time: a folder that was swapped for another is not the one that was watched.
        watcher.close();
        open = look();
        reload().catch(failed);
      }, settleMs);
    });
    watcher.on('error', failed);
    return watcher;
  };
  let open = look();
  return {
    get problem() {
      return problem;
    },
    close() {
      clearTimeout(timer);
      open.close();
    },
  };
}
