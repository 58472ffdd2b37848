// The data folder: files damaged, emptied, cut or of a later version, one server too many, no right to write. What is said, what is lost,
// does it start.
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../firmware-sim/random.ts';
import { fullDisk, manyServers, readOnlyFolder } from './folder-disk.ts';
import type { Finding, HostileContext, HostilePart } from './part.ts';
import { breakPage, flipBytes, makeEmpty, makeNewer, pagesOf, truncateWal } from './support/damage.ts';
import type { FolderCase, Loss, Verdict } from './support/folder-case.ts';
import { tryCase } from './support/folder-case.ts';
import type { FolderWorld } from './support/folder-world.ts';
import { makeFolders } from './support/folder-world.ts';

const messagesALife = 600;
const pagesAFile = 3;
const casesAtOnce = 3;

/** What docs/architecture.md says is lost with each file. */
const files: Record<string, readonly Loss[]> = {
  'state.sqlite': [],
  'learned.sqlite': [],
  'register.db': ['silences'],
  'outbox.sqlite': [],
  'history.sqlite': [],
  'quarantine.sqlite': ['quarantined'],
};

export const folder: HostilePart = {
  about: 'files of the data folder damaged, emptied, cut, gone or of a later version',
  minutes: 4,
  async run(context) {
    const folders = await makeFolders(messagesALife);
    const findings = await fileFindings(folders, context);
    if (context.scale > 0.1) {
      for (const disk of [fullDisk, readOnlyFolder, manyServers]) findings.push(...(await disk(folders, context)));
    }
    await folders.remove();
    return findings;
  },
};

/** What becomes of damage to each file, of every nth case at a smaller scale. */
export async function fileFindings(folders: FolderWorld, { say, scale }: HostileContext): Promise<Finding[]> {
  const cases = casesOf(folders, new Random('hostile folder'));
  const step = Math.max(1, Math.round(1 / scale));
  const verdicts = await inParallel(
    cases.filter((_, i) => i % step === 0),
    async (one) => {
      const verdict = await tryCase(one, folders.config);
      if (!verdict) return null;
      say(`  ${verdict.name}: ${verdict.faults.join('; ') || verdict.summary}`);
      return findingOf(verdict, one);
    },
  );
  return verdicts.filter((finding) => finding !== null);
}

/** A server that starts mostly waits: a few at a time. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T);
  };
  await Promise.all(Array.from({ length: casesAtOnce }, worker));
  return results;
}

function findingOf({ name, faults, summary }: Verdict, { refuses }: FolderCase): Finding {
  const promised = refuses ? `one line, ${refuses}` : 'starts, says it, loses no more than the file held';
  return { what: name, promised, measured: faults.join('; ') || summary, ok: faults.length === 0 };
}

function casesOf(folders: FolderWorld, random: Random): FolderCase[] {
  const { ended } = folders;
  const journals = readdirSync(join(ended.data, 'journal')).map((name) => join('journal', name));
  return [
    ...Object.entries(files).flatMap(([file, mayLose]) => casesOfFile(folders, { file, mayLose }, random)),
    ...journals.sort().flatMap((file) => journalCases(folders, file, random)),
    {
      name: 'folder.json: gone',
      file: 'folder.json',
      from: ended,
      damage: (data) => rmSync(join(data, 'folder.json')),
      refuses: 'data-folder',
      mend: (data) => cpSync(join(ended.data, 'folder.json'), join(data, 'folder.json')),
    },
    {
      name: 'folder.json: empty',
      file: 'folder.json',
      from: ended,
      damage: (data) => makeEmpty(join(data, 'folder.json')),
      refuses: 'data-folder',
      mend: (data) => cpSync(join(ended.data, 'folder.json'), join(data, 'folder.json')),
    },
    {
      name: 'lock.sqlite and config-parsed.json: broken',
      file: null,
      from: ended,
      damage: (data) => {
        for (const name of ['lock.sqlite', 'config-parsed.json'])
          writeFileSync(join(data, name), 'no such thing '.repeat(600));
      },
    },
  ];
}

interface DataFile {
  file: string;
  mayLose: readonly Loss[];
}

function casesOfFile({ ended, killed }: FolderWorld, { file, mayLose }: DataFile, random: Random): FolderCase[] {
  const path = (data: string) => join(data, file);
  const pages = pagesOf(path(ended.data));
  const some = Array.from({ length: pagesAFile - 1 }, () => 1 + Math.floor(random.next() * (pages - 1)));
  const one = { file, from: ended, mayLose };
  return [
    ...[0, ...some].map((page) => ({
      ...one,
      name: `${file}: page ${page} of ${pages} broken`,
      damage: (data: string) => breakPage(path(data), page),
    })),
    // SQLite has no sums of its own: what changed inside a value can only be noticed by whoever reads it.
    ...some.map((page) => ({
      ...one,
      file: null,
      name: `${file}: 16 bytes of page ${page} turned over`,
      damage: (data: string) => flipBytes(path(data), page),
    })),
    { ...one, name: `${file}: empty`, damage: (data) => makeEmpty(path(data)) },
    {
      ...one,
      name: `${file}: write-ahead log cut`,
      file: null,
      from: killed,
      damage: (data) => truncateWal(path(data)),
    },
    laterVersion(ended, file, [...mayLose, 'points']),
  ];
}

/** The server tells which messages are lost, once it reads there; what no start reads, it need not say. */
function journalCases({ ended, killed }: FolderWorld, file: string, random: Random): FolderCase[] {
  const path = (data: string) => join(data, file);
  const pages = pagesOf(path(ended.data));
  const page = 1 + Math.floor(random.next() * (pages - 1));
  const name = `journal file ${Number(file.slice('journal/'.length).split('-')[0])}`;
  const one = { file: 'journal: messages', from: ended, mayLose: ['walls', 'quarantined'] as const };
  const withoutSnapshots = (data: string) => rmSync(join(data, 'state.sqlite'));
  return [
    { ...one, name: `${name}: page 0 of ${pages} broken`, damage: (data) => breakPage(path(data), 0) },
    {
      ...one,
      name: `${name}: page ${page} of ${pages} broken`,
      file: null,
      damage: (data) => breakPage(path(data), page),
      mayLose: [],
    },
    {
      ...one,
      name: `${name}: page ${page} of ${pages} broken, no snapshots`,
      damage: (data) => {
        withoutSnapshots(data);
        breakPage(path(data), page);
      },
    },
    { ...one, name: `${name}: empty`, damage: (data) => makeEmpty(path(data)), mayLose: [] },
    {
      ...one,
      name: `${name}: empty, no snapshots`,
      damage: (data) => {
        withoutSnapshots(data);
        makeEmpty(path(data));
      },
    },
    { ...one, name: `${name}: write-ahead log cut`, from: killed, damage: (data) => truncateWal(path(data)) },
    laterVersion(ended, file, ['walls', 'quarantined', 'points']),
  ];
}

function laterVersion(from: FolderWorld['ended'], file: string, mayLose: readonly Loss[]): FolderCase {
  return {
    name: `${file}: of a later version`,
    file: file.replace(/^journal\//, ''),
    from,
    damage: (data) => makeNewer(join(data, file)),
    refuses: 'data-newer',
    mend: (data) => rmSync(join(data, file)),
    mayLose,
  };
}
