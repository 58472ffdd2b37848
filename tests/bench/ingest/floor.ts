// The bare floor: an mqtt.js subscriber that parses each message and acknowledges at once. URL, messages; prints `ready`, and
// `done` when it has them.
import { connectAsync } from 'mqtt';

const [url = '', count = '0'] = process.argv.slice(2);
const client = await connectAsync(url, {
  protocolVersion: 5,
  clientId: 'bench-floor',
  properties: { receiveMaximum: 500 },
});
let seen = 0;
let sum = 0;
client.on('message', (_topic, payload) => {
  const { seq = 0 } = JSON.parse(payload.toString()) as { seq?: number };
  sum += seq;
  if (++seen === Number(count)) process.stdout.write(`done ${sum}\n`);
});
await client.subscribeAsync('hallwatch/v1/#', { qos: 1 });
process.stdout.write('ready\n');
