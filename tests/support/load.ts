// A load of numbered messages with a ledger of what was sent: doors, tickets and terminals of the demo halls.
import type { MqttClient } from 'mqtt';
import { topicOf } from '../../server/contracts/topics.ts';

export interface LoadMessage {
  topic: string;
  payload: string;
  /** `device boot seq`. */
  key: string;
}

const devices = [
  { hall: 'jiefang', door: 'jf-door-main', queue: 'jf-queue', terminal: 'jf-pay-1' },
  { hall: 'guanggu', door: 'gg-door', queue: 'gg-queue', terminal: 'gg-pay-1' },
  { hall: 'qingshan', door: 'qs-door', queue: 'qs-queue', terminal: 'qs-pay-1' },
];
const events = ['issued', 'called', 'started', 'finished'] as const;

/** `count` messages whose times end at `until`, `everyMs` apart: the same ones for the same arguments. */
export function loadMessages(count: number, until: number, everyMs = 10): LoadMessage[] {
  const seqs = new Map<string, number>();
  return Array.from({ length: count }, (_, i) => {
    const { hall, door, queue, terminal } = devices[i % devices.length] as (typeof devices)[number];
    const step = Math.floor(i / devices.length);
    const [device, channel] = (
      [
        [door, 'door'],
        [queue, 'queue'],
        [terminal, 'terminal'],
      ] as const
    )[step % 3] ?? [door, 'door'];
    const seq = (seqs.get(device) ?? 0) + 1;
    seqs.set(device, seq);
    const numbered = { ts: until - (count - i) * everyMs, boot: 1, seq };
    const body = {
      door: { in: seq * 2, out: seq },
      queue: { event: events[(seq - 1) % 4], ticket: `A${Math.floor((seq - 1) / 4)}`, service: 'general' },
      terminal: { state: 'in-service', parts: { paper: 'full' }, busy: seq % 2 === 0, done: seq },
    }[channel];
    return {
      topic: topicOf('wuhan', hall, device, channel),
      payload: JSON.stringify({ ...numbered, ...body }),
      key: `${device} 1 ${seq}`,
    };
  });
}

/**
 * Publishes with QoS 1 at a steady rate until all are sent or `isOver` says so; answers how many were, and a promise of the
 * broker's acknowledgements.
 */
export async function publishSome(
  client: MqttClient,
  messages: readonly LoadMessage[],
  { perSecond, isOver = () => false }: { perSecond: number; isOver?: () => boolean },
): Promise<{ sent: number; acknowledged: Promise<unknown> }> {
  const began = performance.now();
  const answers: Promise<unknown>[] = [];
  for (const { topic, payload } of messages) {
    const dueMs = (answers.length / perSecond) * 1_000;
    if (performance.now() - began < dueMs) await new Promise((resolve) => setTimeout(resolve, 5));
    if (isOver()) break;
    answers.push(client.publishAsync(topic, payload, { qos: 1 }));
  }
  return { sent: answers.length, acknowledged: Promise.all(answers) };
}
