// The disk under the data folder: full, with room again, read-only; and servers that want the same folder.
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding, HostileContext } from './part.ts';
import { holds, none } from './part.ts';
import { refusalFaults } from './support/folder-case.ts';
import type { Expected, FolderWorld } from './support/folder-world.ts';
import { doorPoints, remainsOf, secondDay, settled, tempFolder } from './support/folder-world.ts';
import type { Publisher } from './support/publish.ts';
import { startPublishers } from './support/publish.ts';
import type { HostileServer } from './support/server.ts';
import { addresses, spawnServer, whenReady, within } from './support/server.ts';
import { mountSmallDisk } from './support/tmpfs.ts';
import { Truth } from './support/truth.ts';

const diskMb = 40;
const leftBytes = 1_500_000;
const stackTrace = /\n\s+at /;

/** A disk of 40 MB fills up under a running server, which is killed and started on it; then there is room again. */
export async function fullDisk(folders: FolderWorld, { say }: HostileContext): Promise<Finding[]> {
  const path = await tempFolder('disk');
  const disk = mountSmallDisk(path, diskMb);
  if (!disk) {
    say('  full disk: not run, since no tmpfs may be mounted here');
    await rm(path, { recursive: true });
    return [];
  }
  const data = join(path, 'data');
  await mkdir(data);
  const env = { HALLWATCH_CONFIG: folders.config, HALLWATCH_DATA: data, ...(await addresses()) };
  const first = await spawnServer(env);
  await whenReady(first);
  const truth = new Truth(3);
  const publisher = startPublishers(first.mqttUrl, truth, 4);
  publisher.upTo(500);
  await publisher.answered(20_000);
  disk.fill(leftBytes);
  const isSaid = await untilNotStoring(first, publisher);
  const said = (await first.readyz())?.reasons.join('; ') ?? '';
  const isAnswering = (await fetch(`${first.url}/api/halls/hall-0`)).status === 200;
  say(`  full disk: ${said}; ${publisher.unanswered} messages unacknowledged`);
  await first.end('SIGKILL');
  // What it does on a full disk, whether it starts there or not.
  let server = await spawnServer(env);
  const isUp = await within(15_000, async () => server.isGone() || (await server.readyz()) !== null);
  const onFull = server.isGone()
    ? refusalFaults(server, 'data-folder', data)
    : (await server.readyz())?.ready === true
      ? ['says that it is ready']
      : [];
  const how = server.isGone() ? lastLine(server) : `starts, ${(await server.readyz())?.reasons.join('; ')}`;
  disk.makeRoom();
  const words = [first.words()];
  if (server.isGone()) {
    words.push(server.words());
    server = await spawnServer(env);
  }
  const isBack = (await whenReady(server, 30_000)) !== null;
  const isAnswered = await publisher.answered(60_000);
  await settled(server);
  const expected: Expected = { halls: truth.halls, doors: truth.doors, silences: 0, quarantined: 0 };
  const { wrong, marked } = await remainsOf(server, expected);
  publisher.close();
  await server.end();
  words.push(server.words());
  const points = await doorPoints(data, expected);
  disk.unmount();
  await rm(path, { recursive: true });
  return [
    holds('full disk: says so on /readyz, and answers', isSaid && isAnswering && said.includes('full'), said),
    holds(
      'full disk: started on it, it waits or says in one line why not',
      isUp && onFull.length === 0,
      onFull.join('; ') || how,
    ),
    holds(
      'full disk: goes on by itself when there is room',
      isBack && isAnswered,
      `${publisher.unanswered} unacknowledged`,
    ),
    none('full disk: numbers wrong on walls afterwards', wrong.length + marked, wrong.slice(0, 3).join('; ')),
    none('full disk: points of history lost or odd', points.missing + points.odd),
    none('full disk: stack traces in the log', words.filter((text) => stackTrace.test(text)).length),
  ];
}

/** Publishes until the server says that nothing can be stored. */
async function untilNotStoring(server: HostileServer, publisher: Publisher): Promise<boolean> {
  return within(60_000, async () => {
    publisher.upTo(publisher.made + 500);
    const ready = await server.readyz();
    return ready?.reasons.some((text) => text.startsWith('not-storing')) ?? false;
  });
}

function lastLine(server: HostileServer): string {
  return server.words().trim().split('\n').at(-1) ?? '';
}

/** A folder that can only be read. */
export async function readOnlyFolder(folders: FolderWorld, { say }: HostileContext): Promise<Finding[]> {
  const path = await tempFolder('disk');
  const disk = mountSmallDisk(path, diskMb);
  if (!disk) {
    say('  read-only folder: not run, since no tmpfs may be mounted here');
    await rm(path, { recursive: true });
    return [];
  }
  await cp(folders.ended.data, join(path, 'data'), { recursive: true });
  disk.readOnly();
  const env = { HALLWATCH_CONFIG: folders.config, HALLWATCH_DATA: join(path, 'data'), ...secondDay };
  const server = await spawnServer(env);
  await within(20_000, async () => server.isGone() || (await server.readyz())?.ready === true);
  const faults = server.isGone() ? refusalFaults(server, 'data-folder', path) : ['started'];
  await server.end('SIGKILL');
  disk.unmount();
  await rm(path, { recursive: true });
  return [
    holds(
      'read-only folder: one line that says why it does not start',
      faults.length === 0,
      faults.join('; ') || lastLine(server),
    ),
  ];
}

/** Five servers at once on one folder, and one more when one of them lives. */
export async function manyServers(folders: FolderWorld): Promise<Finding[]> {
  const data = await tempFolder('shared');
  await cp(folders.ended.data, data, { recursive: true });
  const env = { HALLWATCH_CONFIG: folders.config, HALLWATCH_DATA: data, ...secondDay };
  const servers = await Promise.all([1, 2, 3, 4, 5].map(() => spawnServer(env)));
  await within(40_000, () => servers.filter((server) => server.isGone()).length >= 4);
  const living = servers.filter((server) => !server.isGone());
  const ready = living[0] ? await whenReady(living[0]) : null;
  const late = await spawnServer(env);
  await within(20_000, () => late.isGone());
  const refused = [...servers.filter((server) => server.isGone()), late];
  const faults = refused.flatMap((server) =>
    server.isGone() ? refusalFaults(server, 'data-in-use', data) : ['started'],
  );
  const isUndisturbed = living[0] ? (await living[0].readyz())?.ready === true : false;
  const { wrong, marked } = living[0]
    ? await remainsOf(living[0], folders.ended.expected)
    : { wrong: ['none lives'], marked: 0 };
  for (const server of [...servers, late]) await server.end('SIGKILL');
  await rm(data, { recursive: true });
  return [
    holds(
      'two servers on one folder: one of five at once starts',
      living.length === 1 && ready !== null,
      `${living.length} live`,
    ),
    holds(
      'two servers on one folder: the others say so in one line',
      faults.length === 0,
      faults.join('; ') || lastLine(late),
    ),
    holds(
      'two servers on one folder: the first is not disturbed',
      isUndisturbed && wrong.length + marked === 0,
      wrong.join('; ') || 'ready',
    ),
  ];
}
