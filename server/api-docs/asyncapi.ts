// AsyncAPI 3.0 of everything that isn't plain HTTP: MQTT topics and the Socket.IO namespace, made from contracts/.

import type { TSchema } from 'typebox';
import Type from 'typebox';
import { Alert } from '../contracts/alerts.ts';
import { HallLive } from '../contracts/hall-live.ts';
import { ErrorBody } from '../contracts/http.ts';
import { AlertEvent, GoneEvent, Pulse, Summary, WatchRequest } from '../contracts/live.ts';
import {
  DeskMessage,
  DoorMessage,
  NoticeMessage,
  RatedMessage,
  ResendMessage,
  ResentMessage,
  StatusMessage,
  TerminalMessage,
  TicketMessage,
} from '../contracts/messages.ts';
import type { Channel, ServerChannel } from '../contracts/names.ts';
import { channels, idPattern, liveNamespace, serverChannels, topicRoot } from '../contracts/names.ts';

interface Entry {
  summary: string;
  payload: TSchema;
  retained?: boolean;
}

const mqtt: Record<Channel | ServerChannel, Entry> = {
  door: {
    summary: 'Totals of people in and out since boot; a lost or repeated message costs nothing.',
    payload: DoorMessage,
  },
  queue: {
    summary: 'A ticket’s, a desk’s or a rating’s event on a queue machine.',
    payload: Type.Union([TicketMessage, DeskMessage, RatedMessage]),
  },
  terminal: {
    summary: 'State, parts, stock and transaction totals of a self-service terminal.',
    payload: TerminalMessage,
  },
  status: {
    summary: 'Whether a device lives, every `everyS` seconds; also its last will, then with `online` false.',
    payload: StatusMessage,
    retained: true,
  },
  resent: { summary: 'Answer to `resend`: what the device no longer has.', payload: ResentMessage },
  notice: {
    summary: 'Server to device: the fault notice that a terminal posts itself.',
    payload: NoticeMessage,
    retained: true,
  },
  resend: { summary: 'Server to device: publish these messages of a boot again.', payload: ResendMessage },
};

const WatchAnswer = Type.Union([
  Type.Object({ ok: Type.Literal(true), halls: Type.Array(HallLive) }),
  Type.Object({ ok: Type.Literal(true), summaries: Type.Array(Summary) }),
  Type.Object({ ok: Type.Literal(true), alerts: Type.Array(Alert) }),
  Type.Object({ ok: Type.Literal(false), ...ErrorBody.properties }),
]);

const live: Record<string, Entry & { from: 'server' | 'screen' }> = {
  watch: {
    from: 'screen',
    summary: 'Which halls (20 at most), which region, or the alerts of all halls to watch; replaces the former set.',
    payload: WatchRequest,
  },
  watchAnswer: {
    from: 'server',
    summary: 'Acknowledgement of `watch`: the full state, or why not.',
    payload: WatchAnswer,
  },
  hall: {
    from: 'server',
    summary: 'A hall’s picture, at most four times a second and 32 KB; `truncated` says what had no room.',
    payload: HallLive,
  },
  summary: { from: 'server', summary: 'One hall’s row, for whoever watches its region.', payload: Summary },
  alert: {
    from: 'server',
    summary: 'An alert that was raised or changed, at once; for whoever watches its hall, its region or all alerts.',
    payload: AlertEvent,
  },
  gone: {
    from: 'server',
    summary: 'A watched hall or region, or a hall of a watched region, is no longer in the config; told once.',
    payload: GoneEvent,
  },
  pulse: { from: 'server', summary: 'Every 2 s: the server’s time and whether ingest is current.', payload: Pulse },
};

const parameters = Object.fromEntries(
  ['region', 'hall', 'device'].map((name) => [name, { description: `The ${name}'s id, ${idPattern}` }]),
);

/** The document; `version` is ours. */
export function asyncApi(version: string) {
  const topics = [...channels, ...serverChannels];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Hallwatch: devices and screens',
      version,
      description:
        'MQTT topics that devices publish and read with QoS 1, and the Socket.IO namespace that screens read.',
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(topics.map((name) => [name, topicChannel(name)])),
      ...Object.fromEntries(Object.entries(live).map(([name, entry]) => [`live-${name}`, liveChannel(name, entry)])),
    },
    operations: {
      ...Object.fromEntries(topics.map((name) => [name, topicOperation(name)])),
      ...Object.fromEntries(
        Object.entries(live).map(([name, { from }]) => [
          `live-${name}`,
          { action: from === 'server' ? 'send' : 'receive', channel: { $ref: `#/channels/live-${name}` } },
        ]),
      ),
    },
    components: {
      messages: {
        ...Object.fromEntries(topics.map((name) => [name, message(name, mqtt[name])])),
        ...Object.fromEntries(Object.entries(live).map(([name, entry]) => [`live-${name}`, message(name, entry)])),
      },
    },
  };
}

function topicChannel(name: Channel | ServerChannel) {
  return {
    address: `${topicRoot}/{region}/{hall}/{device}/${name}`,
    summary: mqtt[name].summary,
    parameters,
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
  };
}

function liveChannel(name: string, { summary }: Entry) {
  return {
    address: `${liveNamespace} ${name}`,
    summary,
    description: 'An event of the Socket.IO namespace, WebSocket transport only.',
    messages: { [name]: { $ref: `#/components/messages/live-${name}` } },
  };
}

/** What we do with a topic: we receive what devices publish, and send what they read. */
function topicOperation(name: Channel | ServerChannel) {
  const isOurs = serverChannels.some((channel) => channel === name);
  return {
    action: isOurs ? 'send' : 'receive',
    channel: { $ref: `#/channels/${name}` },
    bindings: { mqtt: { qos: 1, retain: mqtt[name].retained ?? false } },
  };
}

function message(name: string, { summary, payload }: Entry) {
  return { name, summary, payload };
}
