// A made-up province of like halls, as a config folder, and the messages its devices send.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topicOf } from '../../../server/contracts/topics.ts';

const words = (text: string) => ({ 'zh-CN': text, en: text });
const terminalsAHall = 17;
const devicesAHall = terminalsAHall + 3;
/** Of 20,000 messages in twelve hours a hall's devices send a status word every seven minutes each. */
const statusEveryS = 600;

/** The hall that only the probe publishes for. */
export const probeHall = 'hall-probe';
export const region = 'bench';

/** Writes the registry of `count` halls of 20 devices each, and of the probe's; JSON is YAML, too. */
export async function writeWorld(folder: string, count: number): Promise<void> {
  const json = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
  await mkdir(join(folder, 'halls'), { recursive: true });
  await json('hallwatch.yaml', { regions: [{ id: region, name: words('Bench') }] });
  await json('standards.yaml', { defaults: { all: { waitLimitMin: 15, targetShare: 0.95, noShowMin: 3 } } });
  await json('calendar.yaml', { days: [] });
  const ids = [probeHall, ...Array.from({ length: count }, (_, i) => hallId(i))];
  for (const id of ids) await json(join('halls', `${id}.yaml`), hallFile(id));
}

function hallFile(id: string) {
  const zone = 'floor';
  return {
    id,
    region,
    name: words(id),
    type: 'flagship',
    ownership: 'own',
    timeZone: 'Asia/Shanghai',
    capacity: 100,
    hours: '00:00-24:00',
    zones: [{ id: zone, kind: 'business', name: words('Floor') }],
    doors: ['a', 'b'].map((door) => ({ id: `${id}-door-${door}`, zone, name: words(door), counterBits: 32 })),
    queueMachines: [{ id: `${id}-queue`, zone, name: words('Queue') }],
    services: [{ id: 'general', letter: 'A', name: words('General') }],
    desks: [1, 2, 3, 4].map((desk) => ({ id: `desk-${desk}`, label: String(desk), zone, serves: ['general'] })),
    terminals: Array.from({ length: terminalsAHall }, (_, i) => ({
      id: `${id}-terminal-${i}`,
      type: 'payment-kiosk',
      zone,
      name: words(`T${i}`),
      does: ['pay'],
    })),
  };
}

export const hallId = (i: number) => `hall-${i}`;

export interface WorldMessage {
  topic: string;
  payload: string;
}

const events = ['issued', 'called', 'started', 'finished'] as const;

/**
 * Messages without end, hall after hall: of every ten, four are of doors, two of tickets, three of terminals, one is a status
 * word. `now` gives each its time, epoch ms; numbering goes on from one call of `next` to the other.
 */
export class World {
  readonly #halls: number;
  readonly #now: () => number;
  readonly #seqs = new Map<string, number>();
  #made = 0;

  constructor(halls: number, now: () => number) {
    this.#halls = halls;
    this.#now = now;
  }

  /** How many door messages hall `i` has sent over both doors: each brings one more in. */
  enteredAt(i: number): number {
    const totals = ['a', 'b'].map((door) => this.#seqs.get(`${hallId(i)}-door-${door}`) ?? 0);
    return totals.reduce((sum, seq) => sum + Math.max(0, seq - 1), 0);
  }

  next(): WorldMessage {
    const i = this.#made++;
    const hall = hallId(i % this.#halls);
    const step = Math.floor(i / this.#halls);
    switch ('dtdmdtdmms'[step % 10]) {
      case 'd':
        return this.#door(hall, step % 3 === 0 ? 'b' : 'a');
      case 't':
        return this.#ticket(hall, Math.floor(step / 40));
      case 'm':
        return this.#terminal(hall, step % terminalsAHall);
      default:
        return this.#status(hall, Math.floor(step / 10));
    }
  }

  #number(device: string) {
    const seq = (this.#seqs.get(device) ?? 0) + 1;
    this.#seqs.set(device, seq);
    return { ts: this.#now(), boot: 1, seq };
  }

  #door(hall: string, door: string): WorldMessage {
    const device = `${hall}-door-${door}`;
    const numbered = this.#number(device);
    const body = { ...numbered, in: numbered.seq, out: Math.floor(numbered.seq / 2) };
    return { topic: topicOf(region, hall, device, 'door'), payload: JSON.stringify(body) };
  }

  #ticket(hall: string, turn: number): WorldMessage {
    const device = `${hall}-queue`;
    const numbered = this.#number(device);
    const event = events[(numbered.seq - 1) % events.length] ?? 'issued';
    const desk = event === 'issued' ? {} : { desk: `desk-${(turn % 4) + 1}` };
    const ticket = `A${Math.floor((numbered.seq - 1) / events.length)}`;
    const body = { ...numbered, event, ticket, service: 'general', tier: 'gold', item: 'new-plan', ...desk };
    return { topic: topicOf(region, hall, device, 'queue'), payload: JSON.stringify(body) };
  }

  #terminal(hall: string, i: number): WorldMessage {
    const device = `${hall}-terminal-${i}`;
    const numbered = this.#number(device);
    const { seq } = numbered;
    const parts = { paper: seq % 50 === 0 ? 'low' : 'full', banknoteReader: 'ok', cashUnit: 'ok' };
    const busy = seq % 2 === 0;
    const body = { ...numbered, state: 'in-service', parts, stock: { paper: 80 }, busy, done: seq >> 1, failed: 0 };
    return { topic: topicOf(region, hall, device, 'terminal'), payload: JSON.stringify(body) };
  }

  /** Each device in turn, as seldom as it says it will. */
  #status(hall: string, turn: number): WorldMessage {
    const device = deviceIds(hall)[turn % devicesAHall] ?? '';
    const lastSeq = this.#seqs.get(device) ?? 0;
    const body = { ts: this.#now(), boot: 1, conn: 1, online: true, lastSeq, everyS: statusEveryS, resend: false };
    return { topic: topicOf(region, hall, device, 'status'), payload: JSON.stringify(body) };
  }
}

function deviceIds(hall: string): string[] {
  const terminals = Array.from({ length: terminalsAHall }, (_, i) => `${hall}-terminal-${i}`);
  return [`${hall}-door-a`, `${hall}-door-b`, `${hall}-queue`, ...terminals];
}
