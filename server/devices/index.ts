import type { Channel } from '../contracts/names.ts';
import { firstBadByte } from '../contracts/utf8.ts';
import type { Decoded, DeviceType, MessageName } from './device-type.ts';
import { door, queue, resent, status, terminal } from './native.ts';

/** Every device type there is. */
export const deviceTypes: readonly DeviceType[] = [door, queue, terminal, status, resent];

const utf8 = new TextDecoder('utf-8', { fatal: true });
const byChannel = new Map<Channel, DeviceType>(deviceTypes.map((type) => [type.channel, type]));

/** Channels whose messages share a device's one numbering (I2). */
const numbered = new Set<Channel>(['door', 'queue', 'terminal']);

/** Decodes the bytes of a message on a channel; never throws. */
export function decode(channel: Channel, payload: Uint8Array): Decoded {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(payload));
  } catch (error) {
    const bad = firstBadByte(payload);
    if (bad !== null)
      return {
        fault: 'malformed-json',
        detail: `not UTF-8 from byte ${bad + 1} on: JSON is sent in UTF-8, not in GBK`,
      };
    return { fault: 'malformed-json', detail: error instanceof Error ? error.message.slice(0, 120) : 'not JSON' };
  }
  const type = byChannel.get(channel);
  if (!type) return { fault: 'wrong-type', detail: `no device type reads ${channel}` };
  const decoded = type.decode(parsed);
  if ('body' in decoded || !numbered.has(channel)) return decoded;
  const name = nameIn(parsed);
  return name ? { ...decoded, name } : decoded;
}

function nameIn(parsed: unknown): MessageName | null {
  if (typeof parsed !== 'object' || parsed === null) return null;
  const { boot, seq } = parsed as { boot?: unknown; seq?: unknown };
  return isWhole(boot, 0) && isWhole(seq, 1) ? { boot, seq } : null;
}

function isWhole(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least;
}
