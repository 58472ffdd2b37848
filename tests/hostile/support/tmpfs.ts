// A small disk in memory, which fills up as any other.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallDisk {
  path: string;
  /** Fills it but for so many bytes; `makeRoom` takes that back. */
  fill(leave: number): void;
  makeRoom(): void;
  readOnly(): void;
  unmount(): void;
}

/** Mounts one on a folder; null where we may not, or there is no such thing. */
export function mountSmallDisk(path: string, megabytes: number): SmallDisk | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'hallwatch-hostile', path], {
      stdio: 'ignore',
    });
  } catch {
    return null;
  }
  const filler = join(path, 'filler');
  const unmount = () => {
    try {
      execFileSync('umount', ['-l', path], { stdio: 'ignore' });
    } catch {
      // It is gone already.
    }
  };
  process.on('exit', unmount);
  return {
    path,
    fill(leave) {
      const { bavail, bsize } = statfsSync(path);
      const handle = openSync(filler, 'a');
      const block = Buffer.alloc(65_536, 1);
      for (let left = bavail * bsize - leave; left > 0; left -= block.length) {
        writeSync(handle, block, 0, Math.min(block.length, left));
      }
      closeSync(handle);
    },
    makeRoom: () => rmSync(filler, { force: true }),
    readOnly: () => execFileSync('mount', ['-o', 'remount,ro', path], { stdio: 'ignore' }),
    unmount,
  };
}
