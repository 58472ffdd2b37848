import type { Channel, ServerChannel } from './names.ts';
import { channels, idPattern, topicRoot } from './names.ts';

export interface TopicParts {
  region: string;
  hall: string;
  device: string;
  channel: Channel;
}

export type TopicFault = 'bad-topic' | 'unknown-channel';

const id = new RegExp(idPattern);
const known = new Set<string>(channels);

/** The topic of one device's channel: `hallwatch/v1/{region}/{hall}/{device}/{channel}`. */
export function topicOf(region: string, hall: string, device: string, channel: Channel | ServerChannel): string {
  return `${topicRoot}/${region}/${hall}/${device}/${channel}`;
}

/** Reads a topic back into its parts, or names what is wrong with it; never throws. */
export function parseTopic(topic: string): TopicParts | TopicFault {
  if (!topic.startsWith(`${topicRoot}/`)) return 'bad-topic';
  const levels = topic.slice(topicRoot.length + 1).split('/');
  const [region = '', hall = '', device = '', channel = ''] = levels;
  if (levels.length !== 4 || !id.test(region) || !id.test(hall) || !id.test(device)) return 'bad-topic';
  if (!known.has(channel)) return 'unknown-channel';
  return { region, hall, device, channel: channel as Channel };
}
