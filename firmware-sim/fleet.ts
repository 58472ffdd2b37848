import { setImmediate as breathe } from 'node:timers/promises';
import type { SimClock } from './clock.ts';
import { Device } from './device.ts';
import { devicesOf } from './devices/plan.ts';
import { Gate } from './gate.ts';
import { HallRun } from './hall-run.ts';
import type { Broker } from './link.ts';
import type { SimHall } from './model/hall-day.ts';
import type { HallEvent } from './model/hall-event.ts';
import type { Profile } from './model/profile.ts';
import { ordinary } from './model/profile.ts';

const connectingAtOnce = 100;

export interface FleetOptions {
  halls: SimHall[];
  broker: Broker;
  clock: SimClock;
  seed: number;
  /** How the days are to be: ordinary when left out. */
  profile?: Profile;
  /** Told in one line each how the fleet stands with its broker. */
  say: (line: string) => void;
  onTruth?: (hall: string, event: HallEvent) => void;
}

/** The devices of many halls against one broker. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #runs: HallRun[];
  readonly #size: number;
  #up = 0;
  #said: 'nothing' | 'all connected' | 'no broker' = 'nothing';
  #stopped = false;

  constructor(options: FleetOptions) {
    const { halls, clock, seed, onTruth, profile = ordinary } = options;
    const gate = new Gate(connectingAtOnce);
    this.#options = options;
    const devices = halls.map((hall) => devicesOf(hall.file).map((entry) => this.#device(entry, gate)));
    this.#size = devices.flat().length;
    this.#runs = halls.map(
      (hall, i) => new HallRun({ hall, seed, profile, clock, devices: devices[i] ?? [], onTruth }),
    );
  }

  /** Starts hall after hall; the first are live while the later ones are still being planned. */
  async start(): Promise<void> {
    for (const run of this.#runs) {
      if (this.#stopped) return;
      run.start();
      await breathe();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#runs.map((run) => run.stop()));
  }

  #device(entry: Device['entry'], gate: Gate): Device {
    const { broker, clock } = this.#options;
    let wasUp = false;
    return new Device({
      entry,
      broker,
      clock,
      gate,
      onLink: (up, reason) => {
        this.#up += Number(up) - Number(wasUp);
        wasUp = up;
        this.#report(reason);
      },
    });
  }

  /** Says when all devices are connected and when none is any more, and neither twice in a row. */
  #report(reason = ''): void {
    const { say, broker, halls } = this.#options;
    if (this.#up === this.#size && this.#said !== 'all connected') {
      this.#said = 'all connected';
      say(
        `${this.#size} devices of ${halls.length} ${halls.length === 1 ? 'hall' : 'halls'} are connected to ${shown(broker.url)}`,
      );
    } else if (this.#up === 0 && this.#said !== 'no broker') {
      this.#said = 'no broker';
      say(`no broker at ${shown(broker.url)} (${reason}): trying again until there is one`);
    }
  }
}

/** A broker's address without its password. */
function shown(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
