// After a config that cuts what halls remember by other rules (time zone, emptyAt, counterBits, system): their state is made again from
// the journal, beside the running halls. Until then their numbers of today aren't known.
import type { ConfigSource } from '../config/load.ts';
import type { HallFile } from '../contracts/registry.ts';
import type { Hall } from '../hall/hall.ts';
import { Halls } from '../hall/halls.ts';
import { cutLike, isCutOtherwise } from '../hall/recut.ts';
import type { Entry, Hole } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { Logger } from '../log.ts';
import { Projector } from './projector.ts';
import type { Progress } from './recovery.ts';
import { besidePace, catchUp } from './recovery.ts';
import { configOfEntry } from './restore.ts';

interface Deps {
  journal: Journal;
  halls: Halls;
  simulated: boolean;
  owned: ReadonlySet<string> | null;
  log: Logger;
  /** The halls follow the journal's head, and nothing else is about to take their place. */
  isReady: () => boolean;
  /** Has the running halls take in the journal up to an entry, in the same turn. */
  readUpTo: (id: number) => void;
  /** Hears of a hall whose state was made again. */
  recut: (hall: Hall) => void;
  hole: (hole: Hole) => void;
}

export class Recuts {
  /** How far the reading is; null while there is none. */
  progress: Progress | null = null;
  readonly #deps: Deps;
  #running: Promise<void> | null = null;
  #isStopped = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Begins, if a hall needs it: to be called when halls are at the head, and with each config. */
  look(): void {
    if (this.#running || this.#isStopped || !this.#deps.isReady() || this.#outdated().length === 0) return;
    this.#running = this.#run()
      .catch((error: unknown) => this.#deps.log.error({ error: String(error) }, 'halls not read again'))
      .finally(() => {
        this.#running = null;
        this.progress = null;
      });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  #outdated(): Hall[] {
    return [...this.#deps.halls.all()].map(({ hall }) => hall).filter(({ state }) => state.isOutdated);
  }

  async #run(): Promise<void> {
    const isGoingOn = () => !this.#isStopped && this.#deps.isReady();
    for (let halls = this.#outdated(); halls.length > 0 && isGoingOn(); halls = this.#outdated()) {
      await this.#readAgain(new Map(halls.map(({ config }) => [config.id, config.file])));
    }
  }

  /** Reads the journal into halls of its own, whose files of then are cut as those of now. */
  async #readAgain(files: ReadonlyMap<string, HallFile>): Promise<void> {
    const { journal, halls, simulated, owned, hole, readUpTo, isReady, log, recut } = this.#deps;
    log.info({ halls: [...files.keys()] }, 'read again from the journal: their config cuts days or counts otherwise');
    const again = new Halls({ simulated, changed: () => {} });
    const position = journal.firstId - 1;
    const begun = journal.configAt(position);
    const config = configOfEntry(begun && recutEntry(begun, files));
    if (config) again.configure(config, owned, position);
    const projector = new Projector(
      { halls: again, simulated, owned, heard: () => {}, configured: () => {} },
      { position, config, offsets: journal.offsetsAt(position) },
    );
    const reader = {
      get position() {
        return projector.position;
      },
      skipTo: (id: number) => projector.skipTo(id),
      take: (entry: Entry) => {
        if (entry.kind === 'config') projector.take(recutEntry(entry, files));
        else if (entry.topic === '' || files.has(entry.topic.split('/', 4)[3] ?? '')) projector.take(entry);
        else projector.skipTo(entry.id);
      },
    };
    const progress = (now: Progress) => {
      this.progress = now;
    };
    const isEnding = () => this.#isStopped || !isReady();
    this.progress = { done: 0, total: journal.head - position };
    await catchUp({ journal, projector: reader, pace: besidePace, progress, hole, isEnding });
    if (isEnding()) return;
    // A commit may wait to be handed on: both must stand at the same entry.
    readUpTo(projector.position);
    for (const [id, file] of files) {
      const [made, known] = [again.known(id), halls.known(id)];
      // Where another config came meanwhile, it is read once more.
      if (!made || !known || (known.config.file !== file && isCutOtherwise(made.config, known.config))) continue;
      const renewed = halls.renew(id, made.state);
      if (renewed) recut(renewed);
    }
  }
}

/** A config of then in which some halls are cut as they are now. */
function recutEntry(entry: Entry, files: ReadonlyMap<string, HallFile>): Entry {
  try {
    const source = JSON.parse(Buffer.from(entry.payload).toString()) as ConfigSource;
    const halls = source.halls.map((then) => {
      const now = files.get(then.id);
      return now ? cutLike(then, now) : then;
    });
    return { ...entry, payload: Buffer.from(JSON.stringify({ ...source, halls })) };
  } catch {
    // Whoever reads it next says that it can't be read.
    return entry;
  }
}
