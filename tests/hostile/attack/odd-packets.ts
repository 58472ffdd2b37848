// MQTT packets with something wrong in them, the same ones for the same numbers.
import type { Packet } from 'mqtt-packet';
import { generate } from 'mqtt-packet';
import type { Dice } from './dice.ts';

const topics = [
  'a',
  'hallwatch/v1/wuhan/jiefang/jf-door-main/door',
  'hallwatch/v1',
  '$SYS/x/heartbeat',
  '/',
  '\u0000',
  '__proto__',
  '+',
  '#',
  'x/'.repeat(60),
];

function sound(dice: Dice): Packet {
  const topic = dice.pick(topics);
  const messageId = dice.integer(1, 65_535);
  const qos = dice.pick([0, 1, 2] as const);
  const list: Packet[] = [
    {
      cmd: 'publish',
      topic: topic.replaceAll(/[+#]/g, 'x'),
      payload: 'x'.repeat(dice.integer(0, 300)),
      qos,
      messageId,
      dup: false,
      retain: dice.chance(0.5),
    },
    {
      cmd: 'subscribe',
      messageId,
      subscriptions: [
        { topic, qos },
        { topic: 'b/#', qos: 0 },
      ],
    },
    { cmd: 'unsubscribe', messageId, unsubscriptions: [topic, 'b'] },
    { cmd: 'puback', messageId },
    { cmd: 'pubrec', messageId },
    { cmd: 'pubrel', messageId },
    { cmd: 'pubcomp', messageId },
    { cmd: 'pingreq' },
    { cmd: 'pingresp' },
    { cmd: 'suback', messageId, granted: [0, 1] },
    { cmd: 'unsuback', messageId, granted: [] },
    { cmd: 'connack', returnCode: 0, sessionPresent: false },
    { cmd: 'disconnect' },
    {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: dice.pick([3, 4, 5] as const),
      clean: dice.chance(0.5),
      keepalive: dice.integer(0, 65_535),
      clientId: dice.pick(['c', '__proto__', 'constructor', 'x'.repeat(2_000)]),
      username: 'u',
      password: Buffer.from('p'),
      will: {
        topic: dice.pick(['w', '$SYS/x/birth', 'x/'.repeat(120)]),
        payload: Buffer.from('gone'),
        qos,
        retain: true,
      },
    },
  ];
  return dice.pick(list);
}

/** One to four packets: cut, changed, swollen, of another kind, or nothing but noise. */
export function brokenPackets(dice: Dice): Buffer {
  return Buffer.concat(Array.from({ length: dice.integer(1, 4) }, () => broken(dice)));
}

function broken(dice: Dice): Buffer {
  const bytes = soundBytes(dice);
  const at = dice.integer(0, bytes.length - 1);
  const ways: (() => Buffer)[] = [
    () => bytes,
    () => bytes.subarray(0, at),
    () => dice.bytes(dice.integer(1, 200)),
    () => Buffer.concat([Buffer.from([dice.integer(0, 255)]), bytes.subarray(1)]),
    () => Buffer.concat([bytes.subarray(0, at), dice.bytes(3), bytes.subarray(at)]),
    () => {
      const changed = Buffer.from(bytes);
      for (let i = 0; i < 3; i++) changed[dice.integer(0, changed.length - 1)] = dice.integer(0, 255);
      return changed;
    },
    // Its length says less, or more, than there is.
    () => {
      const changed = Buffer.from(bytes);
      changed[1] = dice.integer(0, 127);
      return changed;
    },
  ];
  return dice.pick(ways)();
}

function soundBytes(dice: Dice): Buffer {
  try {
    return generate(sound(dice), { protocolVersion: dice.pick([4, 5]) });
  } catch {
    return dice.bytes(20);
  }
}
