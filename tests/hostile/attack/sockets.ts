// `sockets`: screens over Socket.IO in great number, that never read, that ask without end, and what is no Socket.IO.
import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import type { Finding, HostileContext, HostilePart } from '../part.ts';
import { holds, none } from '../part.ts';
import { Dice } from './dice.ts';
import { each } from './each.ts';
import { bounded, observe, undisturbed, unharmed } from './observe.ts';
import { rawScreen } from './raw-screen.ts';
import type { Victim } from './victim.ts';
import { startVictim } from './victim.ts';

const memory = { most: 700, growth: 250 };
const answeredWithinMs = 20_000;
/** Engine.IO asks every 25 s and waits 20. */
const sleepForMs = 50_000;
const halls = ['jiefang', 'guanggu', 'qingshan'];

export const socketsPart: HostilePart = {
  about: 'Socket.IO: 300 watchers, 50 that never read, 10,000 watch, odd and huge payloads, 1,000 connects',
  minutes: 2,
  run: runSockets,
};

async function runSockets({ say, scale }: HostileContext): Promise<Finding[]> {
  const victim = await startVictim();
  const observer = await observe(victim);
  const findings: Finding[] = [];
  const some = (count: number) => Math.max(1, Math.round(count * scale));
  const before = victim.memoryMiB().now;
  const attacks: Record<string, () => Promise<Finding[]>> = {
    '300 watchers': () => watchers(victim, some(300), scale >= 1 ? 15_000 : 1_000),
    '50 that never read': () => neverRead(victim, some(50), scale >= 1 ? sleepForMs : 1_000),
    '10,000 watch': () => watchWithoutEnd(victim, some(10_000)),
    'odd payloads': () => oddPayloads(victim, some(2_000)),
    '1,000 connects': () => connects(victim, some(1_000)),
  };
  try {
    for (const [name, attack] of Object.entries(attacks)) {
      const began = performance.now();
      findings.push(...(await attack()), undisturbed(name, await observer.report()));
      const { now, most } = victim.memoryMiB();
      say(
        `  ${name}: ${Math.round(performance.now() - began)} ms, RSS ${now.toFixed(0)} MiB (most ${most.toFixed(0)})`,
      );
    }
    const screens = await victim.metric('hallwatch_screens');
    // The observer's own.
    findings.push(holds('sockets: nothing is left of them', screens === 1, `${screens} screens`));
    findings.push(...bounded('sockets', victim, before, memory), ...unharmed('sockets', victim));
  } finally {
    observer.end();
    await victim.end();
  }
  return findings;
}

function screen(url: string): Socket {
  return io(`${url}/live`, { transports: ['websocket'], forceNew: true, reconnection: false });
}

async function watchers(victim: Victim, count: number, forMs: number): Promise<Finding[]> {
  const screens = Array.from({ length: count }, () => screen(victim.url));
  let [answered, updates] = [0, 0];
  for (const one of screens) {
    one.on('connect', () => one.emit('watch', { halls }, ({ ok }: { ok: boolean }) => (answered += Number(ok))));
    one.on('hall', () => updates++);
  }
  const until = performance.now() + answeredWithinMs;
  while ((answered < count || updates < count) && performance.now() < until) await pause(100);
  await pause(forMs);
  for (const one of screens) one.disconnect();
  return [
    holds('300 watchers: all were answered', answered === count, `${answered} of ${count}`),
    holds('300 watchers: all are told of changes', updates >= count, `${updates} live views`),
  ];
}

/**
 * They watch all halls and stop reading below Socket.IO, as in a laptop that sleeps. Of half of them the questions go on: those are
 * dropped for that, the others once more than 16 packets wait, or when they don't answer Engine.IO's ping.
 */
async function neverRead(victim: Victim, count: number, forMs: number): Promise<Finding[]> {
  const before = await victim.metric('hallwatch_screens');
  const sleepers = await Promise.all(Array.from({ length: count }, () => rawScreen(victim.port)));
  for (const one of sleepers) {
    one.send('42/live,0["watch",{"halls":["jiefang","guanggu","qingshan"]}]');
    one.socket.pause();
  }
  const askers = sleepers.filter((_, i) => i % 2 === 0);
  for (let i = 0; i < 400; i++) {
    for (const one of askers) one.send(`42/live,${i}["watch",{"halls":["qingshan","jiefang","guanggu"]}]`);
    if (i % 100 === 0) await pause(250);
  }
  await pause(1_000);
  const afterAsking = (await victim.metric('hallwatch_screens')) - before;
  const sleeping = sleepers.length - askers.length;
  for (const until = performance.now() + forMs; performance.now() < until; await pause(500))
    if ((await victim.metric('hallwatch_screens')) === before) break;
  const left = (await victim.metric('hallwatch_screens')) - before;
  for (const { socket } of sleepers) socket.destroy();
  const findings = [
    holds('50 that never read: who asks on is dropped', afterAsking <= sleeping, `${afterAsking} of ${count} left`),
  ];
  if (forMs < sleepForMs) return findings;
  return [...findings, none(`50 that never read: still connected after ${sleepForMs / 1000} s`, left)];
}

async function watchWithoutEnd(victim: Victim, count: number): Promise<Finding[]> {
  const asker = screen(victim.url);
  const codes = new Map<string, number>();
  await new Promise((resolve) => asker.once('connect', () => resolve(null)));
  for (let i = 0; i < count && asker.connected; i++) {
    asker.emit('watch', { halls }, (answer: { ok: boolean; code?: string }) => {
      const code = answer.ok ? 'ok' : (answer.code ?? 'no code');
      codes.set(code, (codes.get(code) ?? 0) + 1);
    });
    if (i % 100 === 0) await pause(1);
  }
  await pause(1_000);
  asker.disconnect();
  const text = JSON.stringify(Object.fromEntries(codes));
  const isBounded =
    (codes.get('ok') ?? 0) < 200 && [...codes.keys()].every((code) => ['ok', 'too-many-requests'].includes(code));
  return [holds('10,000 watch: few are answered, the rest refused by code', isBounded, text)];
}

const payloads: ((dice: Dice) => unknown)[] = [
  () => null,
  () => 7,
  () => 'x'.repeat(20_000_000 / 20),
  () => [],
  () => ({ halls: [] }),
  () => ({ halls: Array.from({ length: 21 }, () => 'jiefang') }),
  () => ({ halls: ['__proto__', 'constructor'] }),
  () => ({ halls: [{ toString: 'x' }] }),
  () => ({ region: 'wuhan', halls: ['jiefang'] }),
  () => ({ region: 'constructor' }),
  () => ({ alerts: 'yes' }),
  () => JSON.parse('{"__proto__":{"halls":["jiefang"]}}'),
  () => Buffer.alloc(5_000),
  () => ({ halls: [Buffer.alloc(100)] }),
  (dice) => ({ halls: Array.from({ length: 5 }, () => dice.bytes(20).toString('latin1')) }),
];

const frames = [
  '42/live,["watch"]',
  '42/live,0["watch",{"halls":["jiefang"]},{"more":1},[]]',
  '42/live,0["__proto__",{}]',
  '42/live,0["disconnect"]',
  '42/live,0["connect_error",1]',
  '42/live,99999999999999999999["watch",{"alerts":true}]',
  '42["watch",{"halls":["jiefang"]}]',
  '40/nothing,',
  '40/__proto__,',
  '43/live,0[]',
  '45/live,3-0["watch",{"_placeholder":true,"num":99}]',
  '459999999-/live,0["watch"]',
  '49',
  '4',
  '6',
  '5',
  '1',
  '\u0000',
  '42/live,0[',
  `42/live,0["watch",${'['.repeat(7_000)}`,
  `42/live,0["watch",${'['.repeat(3_000)}${']'.repeat(3_000)}]`,
  `40/live,{"token":"${'x'.repeat(10_000)}"}`,
];

async function oddPayloads(victim: Victim, count: number): Promise<Finding[]> {
  const dice = new Dice('sockets');
  await each(count, 20, async (i) => {
    if (i % 2) {
      const client = screen(victim.url);
      client.on('connect', () => client.emit('watch', dice.pick(payloads)(dice), () => {}));
      await pause(60);
      client.disconnect();
      return;
    }
    const client = await rawScreen(victim.port);
    for (let turn = 0; turn < 4; turn++) client.send(dice.pick(frames), { binary: dice.chance(0.1) });
    if (dice.chance(0.2)) client.socket.write(dice.bytes(200));
    await pause(20);
    client.socket.destroy();
  });
  const answer = await new Promise<{ ok: boolean }>((resolve) => {
    const client = screen(victim.url);
    client.on('connect', () =>
      client.emit('watch', { halls: ['jiefang'] }, (told: { ok: boolean }) => {
        client.disconnect();
        resolve(told);
      }),
    );
  });
  return [holds('odd payloads: a screen is answered afterwards', answer.ok, String(answer.ok))];
}

async function connects(victim: Victim, count: number): Promise<Finding[]> {
  const open: Socket[] = [];
  let answered = 0;
  await each(count, 50, async () => {
    const client = screen(victim.url);
    open.push(client);
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, 15_000);
      client.on('connect', () =>
        client.emit('watch', { halls }, ({ ok }: { ok: boolean }) => {
          clearTimeout(late);
          if (ok) answered++;
          resolve();
        }),
      );
    });
  });
  await pause(1_500);
  for (const client of open) client.disconnect();
  await pause(500);
  return [holds('1,000 connects: all were answered', answered === count, `${answered} of ${count}`)];
}
