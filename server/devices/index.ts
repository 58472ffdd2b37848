import type { Channel } from '../contracts/names.ts';
import type { Decoded, DeviceType } from './device-type.ts';
import { door, queue, resent, status, terminal } from './native.ts';

/** Every device type there is. */
export const deviceTypes: readonly DeviceType[] = [door, queue, terminal, status, resent];

const utf8 = new TextDecoder('utf-8', { fatal: true });
const byChannel = new Map<Channel, DeviceType>(deviceTypes.map((type) => [type.channel, type]));

/** Decodes the bytes of a message on a channel; never throws. */
export function decode(channel: Channel, payload: Uint8Array): Decoded {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(payload));
  } catch (error) {
    return { fault: 'malformed-json', detail: error instanceof Error ? error.message.slice(0, 120) : 'not JSON' };
  }
  const type = byChannel.get(channel);
  return type ? type.decode(parsed) : { fault: 'wrong-type', detail: `no device type reads ${channel}` };
}
