// `npm run replay`: days that really happened, published as a device's messages.
import { formatClock, realNow, simClock } from '../clock.ts';
import { readText } from '../read-text.ts';
import { hallNamed, readHallFiles } from '../registry/read.ts';
import { runCommand, UserError } from '../user-error.ts';
import { readDump } from './dump.ts';
import { dateAfter, dateOf, lastMinuteOf } from './local-time.ts';
import type { DumpOptions, RecordOptions } from './options.ts';
import { help, parseOptions } from './options.ts';
import { progress } from './progress.ts';
import { publishRecord } from './publish.ts';
import { publishDump } from './publish-dump.ts';
import type { Replay } from './record.ts';
import { replayOf } from './record.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

await runCommand('replay', async () => {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === 'help') {
    process.stdout.write(help);
    return;
  }
  const text = await readText(options.file).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof UserError) throw error;
    throw new UserError(`can't read ${options.file} (${error.code})`, 1);
  });
  await (options.kind === 'dump' ? replayDump(options, text) : replayRecord(options, text));
});

async function replayDump({ url, speed }: DumpOptions, text: string): Promise<void> {
  const messages = readDump(text);
  const onProgress = progress(messages.length, process.stdout);
  await publishDump({ url, messages, speed, onProgress });
  const topics = new Set(messages.map(({ topic }) => topic)).size;
  say(`published ${messages.length} messages on ${topics} ${topics === 1 ? 'topic' : 'topics'}, all acknowledged`);
}

async function replayRecord(options: RecordOptions, text: string): Promise<void> {
  const hall = hallNamed(await readHallFiles(options.config), options.hall, (file) => file, options.config);
  const { now } = simClock(options.clock);
  const boot = options.boot ?? Math.floor(realNow() / 1000);
  const replay = replayOf({ ...options, text, hall, now: now(), boot });
  sayWhen(options, replay, hall.timeZone, now());
  const { device, messages } = replay;
  const onProgress = progress(messages.length, process.stdout);
  await publishRecord({ url: options.url, device, messages, boot, speed: options.speed, now, onProgress });
  say(`published ${messages.length} messages of ${device.id} (${counts(replay)}), all acknowledged; boot ${boot}`);
}

/** Where the record's days went and, if that is the past, how to start a server that shows the last of them. */
function sayWhen({ from, to }: RecordOptions, { days }: Replay, timeZone: string, now: number): void {
  const last = dateAfter(to, days);
  const span = from === to ? `${from} becomes ${last}` : `${from} to ${to} becomes ${dateAfter(from, days)} to ${last}`;
  say(`${span} (${timeZone})`);
  if (last >= dateOf(now, timeZone)) return;
  const clock = formatClock({ simMs: lastMinuteOf(last, timeZone), realMs: realNow(), speed: 1 });
  say(`to see that day, start the server with HALLWATCH_SIMULATED=1 HALLWATCH_CLOCK=${clock}`);
  say(`and replay again with --at ${dateAfter(from, days)}`);
}

/** What was published, by event; of a door, the totals it ends with. */
function counts({ device, messages }: Replay): string {
  const bodies = messages.map((message) => JSON.parse(message.payload) as Record<string, unknown>);
  if (device.kind === 'door') return `${bodies.at(-1)?.in} in, ${bodies.at(-1)?.out} out`;
  const events = Map.groupBy(bodies, (body) => String(body.event));
  return [...events].map(([event, { length }]) => `${length} ${event}`).join(', ');
}
