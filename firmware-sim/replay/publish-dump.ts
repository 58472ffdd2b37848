import type { DumpedMessage } from './dump.ts';
import { pacer } from './pacer.ts';
import { Session } from './session.ts';

export interface DumpReplay {
  url: string;
  messages: readonly DumpedMessage[];
  /** Times real, or as fast as the broker acknowledges. */
  speed: number | 'max';
  onProgress: (acknowledged: number) => void;
}

/** Publishes what a device sent, in its order and rhythm, and nothing else: no status and no will of ours. */
export async function publishDump({ url, messages, speed, onProgress }: DumpReplay): Promise<void> {
  const session = await Session.open(url, 'hallwatch-replay-dump');
  try {
    const due = pacer(session, messages[0]?.at ?? 0, speed);
    for (const { at, topic, payload, retain } of messages) {
      await due(at);
      await session.atMost(session.window - 1);
      session.publish(topic, payload, retain);
      onProgress(session.acknowledged);
    }
    await session.atMost(0);
    onProgress(messages.length);
  } finally {
    await session.close();
  }
}
