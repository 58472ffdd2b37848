import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { simClock } from '../../../firmware-sim/clock.ts';
import type { DeviceOptions } from '../../../firmware-sim/device.ts';
import { Device } from '../../../firmware-sim/device.ts';
import type { DeviceMessage } from '../../../firmware-sim/devices/sequenced.ts';
import { Gate } from '../../../firmware-sim/gate.ts';
import { ResentMessage, StatusMessage } from '../../../server/contracts/messages.ts';
import { TestBroker } from './broker.ts';

const place = 'hallwatch/v1/wuhan/jiefang/jf-door-main';
const entry = { region: 'wuhan', hall: 'jiefang', id: 'jf-door-main', kind: 'door' as const };
const message = (seq: number, boot = 9): DeviceMessage => {
  const at = Date.now() - 60_000 + seq;
  return { at, channel: 'door', boot, seq, payload: JSON.stringify({ ts: at, boot, seq, in: seq, out: 0 }) };
};
const until = (condition: () => unknown) =>
  vi.waitFor(() => expect(condition()).toBeTruthy(), { timeout: 8_000, interval: 10 });

let broker: TestBroker;
let devices: Device[] = [];

function device(more: Partial<DeviceOptions> = {}): Device {
  const clock = simClock({ simMs: 0, realMs: 0, speed: 1 });
  const made = new Device({
    entry,
    broker: { url: broker.url, protocolVersion: 4 },
    clock,
    gate: new Gate(10),
    ...more,
  });
  devices.push(made);
  return made;
}

/** A device that has published `count` messages, all of them acknowledged. */
async function published(count: number): Promise<Device> {
  const sim = device();
  sim.start(9);
  for (let seq = 1; seq <= count; seq++) sim.add(message(seq));
  await until(() => broker.on('door').length === count);
  return sim;
}

const bodies = (channel: string) => broker.on(channel).map(({ text }) => JSON.parse(text));

beforeEach(async () => {
  broker = await TestBroker.start();
});

afterEach(async () => {
  await Promise.all(devices.map((sim) => sim.stop()));
  devices = [];
  await broker.stop();
});

describe('L1: status', () => {
  test('goes out retained, before the backlog, and says where that ends', async () => {
    await published(250);
    const [first] = broker.published;
    expect(first).toMatchObject({ topic: `${place}/status`, retain: true });
    const status = JSON.parse(first?.text ?? '');
    expect(Compile(StatusMessage).Check(status)).toBe(true);
    expect(status).toMatchObject({ boot: 9, online: true, lastSeq: 250, everyS: 30, resend: true, simulated: true });
    expect(bodies('door').map(({ seq }) => seq)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
  });

  test('is published again every everyS of the clock', async () => {
    device({ clock: simClock({ simMs: 0, realMs: Date.now(), speed: 600 }) }).start(9);
    await until(() => broker.on('status').length >= 4);
  });

  test('a cut connection leaves the will of its boot and conn; the next conn is higher', async () => {
    await published(1);
    const [before] = bodies('status');
    broker.cut();
    await until(() => bodies('status').filter(({ online }) => online).length === 2);
    const will = bodies('status').find(({ online }) => !online);
    expect(will).toEqual({ boot: 9, conn: before.conn, online: false, simulated: true });
    expect(bodies('status').at(-1).conn).toBeGreaterThan(before.conn);
  });

  test('a clean stop says offline itself, and leaves no will behind', async () => {
    const sim = await published(2);
    await sim.stop();
    expect(bodies('status').at(-1)).toMatchObject({ online: false, lastSeq: 2 });
    expect(bodies('status').filter(({ online }) => !online)).toHaveLength(1);
  });

  test('a restart has a new boot whose seq begins again', async () => {
    const sim = await published(3);
    await sim.stop();
    sim.start(10);
    await until(() => bodies('status').at(-1)?.online);
    expect(bodies('status').at(-1)).toMatchObject({ boot: 10, lastSeq: 0 });
  });
});

describe('an absent broker', () => {
  test('is tried again by itself, and then gets what was queued, in order', async () => {
    const sim = await published(2);
    const { port } = broker;
    await broker.stop();
    for (const seq of [3, 4, 5]) sim.add(message(seq));
    broker = await TestBroker.start(port);
    await until(() => broker.on('door').some(({ text }) => JSON.parse(text).seq === 5));
    expect(bodies('status')[0]).toMatchObject({ online: true, lastSeq: 5 });
    expect(bodies('door').map(({ seq }) => seq)).toEqual(expect.arrayContaining([3, 4, 5]));
    expect(bodies('door').map(({ seq }) => seq)).toEqual(
      bodies('door')
        .map(({ seq }) => seq)
        .sort(),
    );
  });

  test('is told of once it is known', async () => {
    const told: [boolean, string | undefined][] = [];
    const url = broker.url;
    await broker.stop();
    device({ broker: { url, protocolVersion: 4 }, onLink: (up, reason) => told.push([up, reason]) }).start(9);
    await until(() => told.length > 0);
    expect(told[0]?.[0]).toBe(false);
    expect(told[0]?.[1]).toContain('ECONNREFUSED');
    broker = await TestBroker.start(Number(new URL(url).port));
    await until(() => told.at(-1)?.[0]);
  });
});

describe('G1: resend', () => {
  const ask = (boot: number, from: number, to: number) => broker.send(`${place}/resend`, { id: 'r-1', boot, from, to });

  test('publishes the original bytes again, and then says resent', async () => {
    await published(10);
    const original = broker.on('door').map(({ text }) => text);
    ask(9, 4, 6);
    await until(() => broker.on('resent').length === 1);
    expect(
      broker
        .on('door')
        .slice(10)
        .map(({ text }) => text),
    ).toEqual(original.slice(3, 6));
    expect(broker.published.at(-1)?.topic).toBe(`${place}/resent`);
    expect(Compile(ResentMessage).Check(bodies('resent')[0])).toBe(true);
    expect(bodies('resent')[0]).toEqual({ id: 'r-1', boot: 9, gone: [] });
  });

  test('names what it no longer has, but not what it has yet to send', async () => {
    await published(3);
    ask(8, 1, 5);
    await until(() => broker.on('resent').length === 1);
    ask(9, 2, 500);
    await until(() => broker.on('resent').length === 2);
    expect(bodies('resent').map(({ gone }) => gone)).toEqual([[[1, 5]], []]);
  });

  test('a request that makes no sense is left alone', async () => {
    await published(1);
    broker.send(`${place}/resend`, { id: '', boot: 'x' });
    ask(9, 1, 1);
    await until(() => broker.on('resent').length === 1);
    expect(bodies('resent')).toHaveLength(1);
  });
});

describe('what comes between a device and the server', () => {
  const seqs = (): number[] => bodies('door').map(({ seq }) => seq);

  test('a cut leaves the will, and what happened meanwhile comes in a burst, in order', async () => {
    const sim = await published(2);
    sim.hinder('cut', true);
    await until(() => bodies('status').at(-1)?.online === false);
    for (const seq of [3, 4, 5]) sim.add(message(seq));
    sim.hinder('cut', false);
    await until(() => seqs().includes(5));
    // What the broker had not yet acknowledged comes twice.
    expect([...new Set(seqs())]).toEqual([1, 2, 3, 4, 5]);
    expect(bodies('status').at(-1)).toMatchObject({ online: true, lastSeq: 5 });
  });

  test('two cuts at a time are over when both are', async () => {
    const sim = await published(1);
    sim.hinder('cut', true);
    sim.hinder('cut', true);
    sim.hinder('cut', false);
    sim.add(message(2));
    await until(() => bodies('status').at(-1)?.online === false);
    expect(seqs()).toEqual([1]);
    sim.hinder('cut', false);
    await until(() => seqs().includes(2));
  });

  test('frozen, it publishes nothing and leaves no will', async () => {
    const sim = await published(1);
    sim.hinder('frozen', true);
    sim.add(message(2));
    const other = device({ entry: { ...entry, id: 'other' } });
    other.start(9);
    await until(() => broker.on('status', 'other').length === 1);
    expect(broker.on('door')).toHaveLength(1);
    sim.hinder('frozen', false);
    await until(() => broker.on('door').length === 2);
    expect(bodies('status').every(({ online }) => online)).toBe(true);
  });

  test('G1: what a dying broker lost is in the outbox', async () => {
    const sim = await published(1);
    sim.hinder('lossy', true);
    for (const seq of [2, 3]) sim.add(message(seq));
    sim.hinder('lossy', false);
    sim.add(message(4));
    await until(() => broker.on('door').length === 2);
    expect(bodies('door').map(({ seq }) => seq)).toEqual([1, 4]);
    broker.send(`${place}/resend`, { id: 'r-1', boot: 9, from: 2, to: 3 });
    await until(() => broker.on('resent').length === 1);
    expect(bodies('door').map(({ seq }) => seq)).toEqual([1, 4, 2, 3]);
  });
});

test('a gate lets so many through at a time, and the next when one leaves or gives up', () => {
  const gate = new Gate(1);
  const inside: string[] = [];
  const leaveA = gate.enter(() => inside.push('a'));
  const leaveB = gate.enter(() => inside.push('b'));
  gate.enter(() => inside.push('c'));
  expect(inside).toEqual(['a']);
  leaveB();
  leaveA();
  leaveA();
  expect(inside).toEqual(['a', 'c']);
});
