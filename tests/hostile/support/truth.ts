// What the publishers sent, counted apart from the server: the numbers walls, journal and history must show in the end.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rawAt } from '../../../server/history/points.ts';
import type { WorldMessage } from '../../bench/ingest/world.ts';
import { World, writeWorld } from '../../bench/ingest/world.ts';

/** Day totals of a hall, as HallLive names them. */
export interface HallTruth {
  entered: number;
  left: number;
  issued: number;
  called: number;
  served: number;
}

interface Numbered {
  ts: number;
  boot: number;
  seq: number;
}

interface DoorBody extends Numbered {
  in: number;
  out: number;
}

interface TicketBody extends Numbered {
  event: string;
  ticket: string;
}

/** Writes the registry of `halls` halls, in a time zone where it is noon: no run crosses midnight or the hour at which halls are empty. */
export async function writeHalls(folder: string, halls: number, now = Date.now()): Promise<void> {
  await writeWorld(folder, halls);
  const ahead = 12 - new Date(now).getUTCHours();
  // The signs of these zones are the other way round.
  const zone = ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
  for (const name of await readdir(join(folder, 'halls'))) {
    const file = join(folder, 'halls', name);
    await writeFile(file, (await readFile(file, 'utf8')).replace('Asia/Shanghai', zone));
  }
}

/** Makes messages and remembers all that have a number; status words have none and are not missed. */
export class Truth {
  readonly keys = new Set<string>();
  /** Points that history must have: doors and visits, as text. */
  readonly doors = new Set<string>();
  readonly #world: World;
  readonly #halls = new Map<string, HallTruth>();
  readonly #totals = new Map<string, { hall: string; first: DoorBody; last: DoorBody }>();
  readonly #tickets = new Map<string, { issuedAt: number; calledAt: number; endedAt: number }>();

  constructor(halls: number, now: () => number = Date.now) {
    this.#world = new World(halls, now);
  }

  next(): WorldMessage & { key: string | null } {
    const message = this.#world.next();
    const [, , , hall = '', device = '', channel = ''] = message.topic.split('/');
    if (channel === 'status') return { ...message, key: null };
    const body = JSON.parse(message.payload) as Numbered;
    const key = keyOf(message.topic, body);
    this.keys.add(key);
    if (channel === 'door') this.#door(hall, device, body as DoorBody);
    if (channel === 'queue') this.#ticket(hall, body as TicketBody);
    return { ...message, key };
  }

  /** Visits that are over, as history must have them. */
  get visits(): Set<string> {
    return new Set(
      [...this.#tickets]
        .filter(([, { endedAt }]) => endedAt > 0)
        .map(([ticket, { issuedAt, calledAt, endedAt }]) => `${ticket} ${issuedAt} ${calledAt} ${endedAt}`),
    );
  }

  get halls(): ReadonlyMap<string, HallTruth> {
    const halls = new Map([...this.#halls].map(([hall, counts]) => [hall, { ...counts, entered: 0, left: 0 }]));
    for (const { hall, first, last } of this.#totals.values()) {
      const counts = halls.get(hall);
      if (!counts) continue;
      counts.entered += last.in - first.in;
      counts.left += last.out - first.out;
    }
    return halls;
  }

  #door(hall: string, device: string, body: DoorBody): void {
    this.#of(hall);
    this.#totals.set(device, { hall, first: this.#totals.get(device)?.first ?? body, last: body });
    this.doors.add(`${hall} ${device} ${rawAt(body.ts, body.seq)} ${body.boot} ${body.in} ${body.out}`);
  }

  #ticket(hall: string, { event, ticket, ts }: TicketBody): void {
    const counts = this.#of(hall);
    const name = `${hall} ${ticket}`;
    const times = this.#tickets.get(name) ?? { issuedAt: 0, calledAt: 0, endedAt: 0 };
    this.#tickets.set(name, times);
    if (event === 'issued') {
      counts.issued++;
      times.issuedAt = ts;
    } else if (event === 'called') {
      counts.called++;
      times.calledAt = ts;
    } else if (event === 'finished') {
      counts.served++;
      times.endedAt = ts;
    }
  }

  #of(hall: string): HallTruth {
    return this.#halls.getOrInsertComputed(hall, () => ({ entered: 0, left: 0, issued: 0, called: 0, served: 0 }));
  }
}

export function keyOf(topic: string, { boot, seq }: { boot: number; seq: number }): string {
  return `${topic.split('/').slice(3).join('/')} ${boot} ${seq}`;
}
