// `npm start`: builds the screens if they are stale, runs the server and the simulator, and says where the wall is.
import './node-version.ts';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readClockSpec } from './clock.ts';
import { loadConfigOrThrow } from './config/load.ts';
import { readBasics } from './config/settings.ts';
import { timeAt } from './contracts/clock-spec.ts';
import { openDataFolder } from './data-folder.ts';
import { oneLine } from './errors.ts';
import { buildDashboard, isDashboardStale } from './launcher/build.ts';
import { demoClock } from './launcher/demo-clock.ts';
import { pastDays } from './launcher/past-days.ts';
import type { Running } from './launcher/processes.ts';
import { start, stop } from './launcher/processes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const running: Running[] = [];
const say = (text: string) => process.stdout.write(`${text}\n`);

async function launch(): Promise<void> {
  // People watch this terminal: only what needs them is said in it.
  const env: NodeJS.ProcessEnv = { LOG_LEVEL: 'warn', ...process.env };
  const withSimulator = env.HALLWATCH_SIM !== 'off';
  if (withSimulator) env.HALLWATCH_SIMULATED = '1';
  const days = pastDays(env);
  const basics = readBasics(env);
  const config = await loadConfigOrThrow(basics.config);
  const hall = [...config.halls.values()].find(({ file }) => file.type === 'flagship') ?? [...config.halls.values()][0];
  const folder = await openDataFolder(basics.data, basics);
  // Stamped, and known to be free: the server takes it from here.
  folder.release();
  if (withSimulator && hall && !env.HALLWATCH_CLOCK) {
    const clock = await demoClock(folder.path, hall.hours, Date.now());
    if (clock) env.HALLWATCH_CLOCK = clock;
  }
  if (await isDashboardStale(root)) {
    say('Building the screens (once) ...');
    await buildDashboard(root);
  }
  const { url, mqttUrl } = await startServer(env);
  say(`\n  Hallwatch\n  Wall      ${url}/wall/${hall?.id ?? ''}\n  Devices   ${mqttUrl}`);
  if (withSimulator) {
    say(
      `  Demo data from simulated halls${env.HALLWATCH_CLOCK ? `; demo time is ${demoTime(env.HALLWATCH_CLOCK, hall?.file.timeZone)}` : ''}`,
    );
    startSimulator({ ...env, HALLWATCH_MQTT_URL: mqttUrl }, () => {
      if (days !== null) startSeeding(env, url, days);
    });
  }
  say('  Ctrl-C ends it\n');
}

/** Starts the server and waits for the line in which it says where it listens. */
function startServer(env: NodeJS.ProcessEnv): Promise<{ url: string; mqttUrl: string }> {
  return new Promise((resolve) => {
    const server = start(join(root, 'server', 'main.ts'), env, (line) => {
      const [, url, mqttUrl] = /^Hallwatch ready: (\S+) {2}devices: (\S+)$/.exec(line) ?? [];
      if (url && mqttUrl) resolve({ url, mqttUrl });
      else say(line);
    });
    running.push(server);
    // Without the server there is nothing to show: its own line has said why.
    server.ended.then((code) => end(code));
  });
}

/** `lives` is called when its devices have been heard of. */
function startSimulator(env: NodeJS.ProcessEnv, lives: () => void): void {
  let isLiving = false;
  const simulator = start(join(root, 'firmware-sim', 'main.ts'), env, (line) => {
    say(`  ${line}`);
    if (!isLiving && / connected to /.test(line)) lives();
    isLiving ||= / connected to /.test(line);
  });
  running.push(simulator);
  simulator.ended.then((code) => {
    if (!ending) say(`the simulator ended (${code}): its devices will be shown as offline`);
  });
}

/** Beside the living wall; whatever becomes of it, the wall lives on. */
function startSeeding(env: NodeJS.ProcessEnv, url: string, days: number): void {
  const args = ['--days', String(days), '--url', url, '--background'];
  const seeding = start(join(root, 'server', 'seed.ts'), env, (line) => say(`  ${line}`), args);
  running.push(seeding);
  seeding.ended.then((code) => {
    if (!ending && code !== 0) say('  The demo goes on without more of a past; npm run seed tells it');
  });
}

function demoTime(clock: string, timeZone = 'UTC'): string {
  const at = timeAt(readClockSpec(clock), Date.now());
  return `${new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at)} (${timeZone})`;
}

let ending = false;
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  await Promise.all(running.map(stop));
  process.exit(code);
}

process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));
launch().catch((error: unknown) => {
  process.stderr.write(`${oneLine(error)}\n`);
  end(2);
});
