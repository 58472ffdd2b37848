// Publishes a world's messages with QoS 1, in a process of its own: URL, halls, messages, messages a second (0: as fast as
// the broker takes them). Goes on without end for 0 messages. Prints `done` and what it took.
import { connectAsync } from 'mqtt';
import { World } from './world.ts';

const [url = '', halls = '100', count = '0', perSecond = '0'] = process.argv.slice(2);
const total = Number(count) || Number.POSITIVE_INFINITY;
const rate = Number(perSecond) || Number.POSITIVE_INFINITY;
const mostUnanswered = 1_000;

const client = await connectAsync(url, { protocolVersion: 5 });
const world = new World(Number(halls), Date.now);
const began = performance.now();
let [sent, answered] = [0, 0];

function pump(): void {
  const due = Math.min(total, ((performance.now() - began) / 1_000) * rate);
  while (sent < due && sent - answered < mostUnanswered) {
    const { topic, payload } = world.next();
    sent++;
    client.publish(topic, payload, { qos: 1 }, () => {
      answered++;
      if (answered === total) finish();
      else if (rate === Number.POSITIVE_INFINITY && sent - answered < mostUnanswered / 2) pump();
    });
  }
}

function finish(): void {
  process.stdout.write(`done ${((performance.now() - began) / 1_000).toFixed(2)}\n`);
  client.end(false, {}, () => process.exit(0));
}

setInterval(pump, 5);
pump();
