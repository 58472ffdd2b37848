// A process that puts points and drains them, started by a test to be killed: OUTBOX PORT START COUNT. Point n comes from
// entry n of a journal, so it goes on behind the outbox's position.
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../server/clock.ts';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import { Outbox } from '../../server/history/outbox.ts';
import { Writer } from '../../server/history/writer.ts';
import { makeLog } from '../../server/log.ts';
import { nthPoint } from './history.ts';

const [path = '', port, start, count] = process.argv.slice(2);
const outbox = new Outbox({ path, clock: systemClock() });
const address = { protocol: 'http', host: '127.0.0.1', port: Number(port), database: 'hallwatch', user: null } as const;
const store = new InfluxHistory({ address, keep: { raw: 30, minute: 90, slot: 3_650 } });
new Writer({ outbox, store, log: makeLog('silent') }).start();
process.stdout.write('started\n');
for (let n = outbox.position; n < Number(count); n += 20) {
  const points = Array.from({ length: Math.min(20, Number(count) - n) }, (_, i) => nthPoint(n + i, Number(start)));
  outbox.put(points, n + points.length);
  await pause(4);
}
while (outbox.waiting > 0) await pause(20);
process.stdout.write('drained\n');
process.exit(0);
