import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { HallwatchError } from '../errors.ts';

const sources = ['dashboard', join('server', 'contracts'), 'package-lock.json'];

/** True when the built dashboard is missing or older than what it is built from. */
export async function isDashboardStale(root: string): Promise<boolean> {
  const built = await modifiedAt(join(root, 'dashboard', 'dist', 'wall.html'));
  if (built === 0) return true;
  const newest = await Promise.all(sources.map((source) => newestIn(join(root, source))));
  return Math.max(...newest) > built;
}

/** Builds the dashboard with vite; throws `dashboard-not-built` with what vite said. */
export async function buildDashboard(root: string): Promise<void> {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  // Vite makes a build for developers, a fifth larger, of whatever NODE_ENV the shell happens to have.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, 'build', 'dashboard'], { cwd: root, env }).catch(
    (error: Error & { stderr?: string }) => {
      const said = error.stderr?.trim().split('\n').slice(-3).join(' ') || error.message;
      throw new HallwatchError('dashboard-not-built', {
        what: `the screens could not be built: ${said}`,
        fix: 'run npm ci, then npm run build',
      });
    },
  );
}

async function newestIn(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const times = await Promise.all([path, ...files].filter((file) => !dirname(file).includes('dist')).map(modifiedAt));
  return Math.max(...times);
}

async function modifiedAt(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  return info?.isFile() ? info.mtimeMs : 0;
}
