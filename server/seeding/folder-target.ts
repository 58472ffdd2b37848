// A past for a data folder that no server uses: its own outbox, writer and roller bring the points into the store.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { Past, PastLesson, PastPoints, PastTaken, PastTaught } from '../contracts/past.ts';
import { openOrSetAside } from '../damaged-files.ts';
import { taughtBy } from '../hall/lesson.ts';
import { outboxFile } from '../history/history.ts';
import { openStore, storeTime } from '../history/open-store.ts';
import { Outbox } from '../history/outbox.ts';
import { PastBook } from '../history/past/past-book.ts';
import { SecondRoller } from '../history/second-roller.ts';
import { Writer } from '../history/writer.ts';
import { LearnedStore, learnedFile, taughtOfText } from '../journal/learned-store.ts';
import type { Logger } from '../log.ts';
import type { Target } from './target.ts';
import { Interrupted } from './target.ts';

interface Parts {
  folder: string;
  config: Config;
  settings: Settings;
  clock: Clock;
  log: Logger;
  ended: AbortSignal;
}

const mostWaiting = 20_000;
const lookEveryMs = 50;

/** Opens the folder's files; it must be held. What waits in its outbox is brought to the store first: it may be lived history. */
export async function folderTarget({ folder, config, settings, clock, log, ended }: Parts): Promise<Target> {
  const store = openStore({ settings, folder, clock, log });
  const outbox = openOrSetAside(join(folder, outboxFile), (path) => new Outbox({ path, clock }), log);
  const lessons = openOrSetAside(join(folder, learnedFile), (path) => new LearnedStore(path, log), log);
  const halls = [...config.halls.values()];
  const second = new SecondRoller({ outbox, store, halls: () => halls, log, simulated: true });
  const writer = new Writer({ outbox, store, log });
  const book = new PastBook({
    outbox,
    store,
    hall: (id) => config.halls.get(id),
    heardFrom: () => null,
    keep: settings.historyDays,
    now: clock.now,
    storeNow: storeTime(settings, clock),
  });
  const until = async (isSo: () => boolean, meanwhile = () => {}) => {
    while (!isSo()) {
      if (ended.aborted) throw new Interrupted();
      meanwhile();
      await pause(lookEveryMs);
    }
  };
  const isRolled = () => outbox.work.due('profile', 1).length + outbox.work.due('region', 1).length === 0;
  writer.start();
  second.start();
  return {
    pageSize: 1_000,
    async past(): Promise<Past> {
      await until(() => outbox.waiting === 0);
      const answers: Past['halls'] = [];
      for (const hall of halls) {
        answers.push({ hall: hall.id, livesFrom: await book.livesFrom(hall), told: book.told(hall.id) });
      }
      return { simulated: true, pid: process.pid, oldest: book.oldest, halls: answers };
    },
    async take(points: PastPoints): Promise<PastTaken> {
      await until(() => outbox.waiting < mostWaiting);
      return book.take(points);
    },
    async teach({ hall, learned, ...told }: PastLesson): Promise<PastTaught> {
      const known = config.halls.get(hall);
      const past = taughtOfText(learned);
      const lesson = known && past && (await book.hasTold(known, told)) ? taughtBy(lessons.lesson(hall), past) : null;
      if (lesson) lessons.put(hall, lesson);
      return { taught: lesson !== null };
    },
    settle: (waiting) =>
      until(
        () => outbox.waiting === 0 && isRolled(),
        () => waiting(outbox.waiting),
      ),
    async close() {
      second.stop();
      await writer.stop();
      outbox.close();
      lessons.close();
      await store.close();
    },
  };
}
