import { fileURLToPath } from 'node:url';
import { buildDashboard, isDashboardStale } from '../../server/launcher/build.ts';

/** The screens that tests open are the ones that users get: built, and built from what stands here now. */
export async function setup(): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (await isDashboardStale(root)) await buildDashboard(root);
}
