import type { DeviceConfig, HallConfig } from '../config/hall-config.ts';
import type { Config } from '../config/load.ts';
import type { Channel, DeviceKind, RefusalReason } from '../contracts/names.ts';
import { parseTopic } from '../contracts/topics.ts';

export interface Place {
  hall: HallConfig;
  device: DeviceConfig;
  channel: Channel;
}

/** The kind of device that publishes on a channel of numbered messages. */
export const kindOfChannel: Partial<Record<Channel, DeviceKind>> = {
  door: 'door',
  queue: 'queue',
  terminal: 'terminal',
};

/** Finds the device a topic speaks of in the registry, or says how the two disagree (I1). */
export function placeOf(config: Config, topic: string): Place | RefusalReason {
  const parts = parseTopic(topic);
  if (typeof parts === 'string') return parts;
  const known = config.devices.get(parts.device);
  const hall = config.halls.get(parts.hall);
  if (known && (known.hall.id !== parts.hall || known.hall.region !== parts.region)) return 'wrong-place';
  if (!hall) return 'unknown-hall';
  if (hall.region !== parts.region) return 'wrong-place';
  if (!known) return 'unknown-device';
  const kind = kindOfChannel[parts.channel];
  if (kind && kind !== known.device.kind) return 'wrong-kind';
  return { hall: known.hall, device: known.device, channel: parts.channel };
}
