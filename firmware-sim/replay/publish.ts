import type { StatusMessage } from '../../server/contracts/messages.ts';
import { realNow } from '../clock.ts';
import type { DeviceEntry } from '../devices/plan.ts';
import { topicFor } from '../devices/plan.ts';
import type { DeviceMessage } from '../devices/sequenced.ts';
import { pacer } from './pacer.ts';
import { Session } from './session.ts';

const everyS = 30;

export interface ReplayOptions {
  url: string;
  device: DeviceEntry;
  /** In order of time, with one boot and seq from 1. */
  messages: DeviceMessage[];
  boot: number;
  /** Times real, or as fast as the broker acknowledges. */
  speed: number | 'max';
  /** Epoch ms that a status of now carries. */
  now: () => number;
  onProgress: (acknowledged: number) => void;
}

/**
 * Publishes a record as one device: a status, its messages, a last status that says goodbye. Resolves once the broker
 * has acknowledged every one of them; throws a UserError otherwise.
 */
export async function publishRecord(options: ReplayOptions): Promise<void> {
  const { url, device, messages, boot, speed, now, onProgress } = options;
  const statusTopic = topicFor(device, 'status');
  const conn = Math.floor(realNow() / 1000);
  const status = (online: boolean, lastSeq: number): string =>
    JSON.stringify({
      ts: now(),
      boot,
      conn,
      online,
      lastSeq,
      everyS,
      resend: false,
      simulated: true,
    } satisfies StatusMessage);
  const will = { topic: statusTopic, payload: JSON.stringify({ boot, conn, online: false, simulated: true }) };
  const session = await Session.open(url, `hallwatch-replay-${device.id}`, will);

  // At full speed the whole record is there from the start: its last seq tells the server that all of it is backlog.
  let reached = speed === 'max' ? messages.length : 0;
  session.publish(statusTopic, status(true, reached), true);
  const beat = setInterval(() => session.publish(statusTopic, status(true, reached), true), everyS * 1000);
  try {
    const due = pacer(session, messages[0]?.at ?? 0, speed);
    for (const message of messages) {
      await due(message.at);
      await session.atMost(session.window - 1);
      session.publish(topicFor(device, message.channel), message.payload);
      reached = Math.max(reached, message.seq);
      onProgress(message.seq - session.inFlight);
    }
    await session.atMost(0);
    session.publish(statusTopic, status(false, messages.length), true);
    await session.atMost(0);
    onProgress(messages.length);
  } finally {
    clearInterval(beat);
    await session.close();
  }
}
