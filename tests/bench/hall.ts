// Readings a second through decode and hall alone, against JSON.parse alone; what a hall's state weighs, live and written.

import { Hall } from '../../server/hall/hall.ts';
import { learning } from './bank-hall.ts';
import type { Bench, Figure } from './figures.ts';
import { rate } from './figures.ts';
import { began, config, doorMessages, feed, message, terminalMessages, ticketMessages } from './messages.ts';
import { snapshotFigures } from './snapshot.ts';

const rounds = 7;
/** Heap bytes of one hall with 20 devices and 60 tickets waiting, from many of them; needs --expose-gc. */
function bytesOfState(): number {
  const halls = 200;
  const waiting = Array.from({ length: 60 }, (_, i) =>
    message('queue', 'queue', began + i * 1_000, {
      boot: 1,
      seq: i + 1,
      event: 'issued',
      ticket: `A${i}`,
      service: 'general',
    }),
  );
  const messages = [...doorMessages(10), ...waiting, ...terminalMessages(17 * 3)];
  const shared = config();
  feed(learning(new Hall(shared)), messages);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const all = Array.from({ length: halls }, () => {
    const hall = learning(new Hall(shared));
    feed(hall, messages);
    return hall;
  });
  globalThis.gc?.();
  const bytes = (process.memoryUsage().heapUsed - before) / all.length;
  return bytes / 1024;
}

export const hallBench: Bench = {
  about:
    'decode and hall alone, learning waits, against JSON.parse of the same payloads; state per hall, and its snapshots',
  async run(say) {
    const kinds = { door: doorMessages(100_000), ticket: ticketMessages(4_000), terminal: terminalMessages(20_000) };
    const figures: Figure[] = [];
    for (const [kind, messages] of Object.entries(kinds)) {
      say(`${kind}: ${rounds} rounds of ${messages.length} messages`);
      const [floors, speeds, shares]: number[][] = [[], [], []];
      for (let round = 0; round < rounds; round++) {
        const floor = rate(messages.length, () => {
          for (const { payload } of messages) JSON.parse(payload.toString());
        });
        const speed = rate(messages.length, () => feed(learning(new Hall(config())), messages));
        floors?.push(floor);
        speeds?.push(speed);
        shares?.push(speed / floor);
      }
      figures.push({ what: `${kind} messages a second, JSON.parse alone (floor)`, unit: '/s', values: floors ?? [] });
      figures.push({ what: `${kind} messages a second, decode and hall`, unit: '/s', values: speeds ?? [] });
      figures.push({ what: `${kind}, share of the floor`, unit: 'x', values: shares ?? [] });
    }
    say('a picture of a hall after a day of tickets');
    const hall = learning(new Hall(config()));
    feed(hall, kinds.ticket);
    const last = kinds.ticket.at(-1)?.receivedAt ?? began;
    const pictures = Array.from({ length: rounds }, (_, round) => {
      const perSecond = rate(1_000, () => {
        for (let i = 0; i < 1_000; i++) hall.live(last + round * 1_000 + i, { simulated: true });
      });
      return 1_000 / perSecond;
    });
    figures.push({ what: 'HallLive of a hall with 4,000 tickets today', unit: 'ms', values: pictures });
    const hasGc = typeof globalThis.gc === 'function';
    const note = hasGc ? 'goal: under 64' : 'doubtful: run with --expose-gc';
    figures.push({
      what: 'state of a hall (20 devices, 60 waiting)',
      unit: 'KB',
      values: [bytesOfState(), bytesOfState(), bytesOfState()],
      note,
    });
    say('snapshots of a hall after two full days');
    return [...figures, ...snapshotFigures(rounds)];
  },
};
