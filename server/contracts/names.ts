// The words of the wire, free of any schema library so that the dashboard can import them at no cost.

export const topicRoot = 'hallwatch/v1';
export const idPattern = '^[a-z0-9-]{1,40}$';

/** Channels a device publishes on; `notice` and `resend` go the other way, from us to it. */
export const channels = ['door', 'queue', 'terminal', 'status', 'resent'] as const;
export type Channel = (typeof channels)[number];
export const serverChannels = ['notice', 'resend'] as const;
export type ServerChannel = (typeof serverChannels)[number];

export const deviceKinds = ['door', 'queue', 'terminal'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

export const ticketEvents = [
  'issued',
  'called',
  'recalled',
  'started',
  'finished',
  'no-show',
  'cancelled',
  'transferred',
] as const;
export type TicketEvent = (typeof ticketEvents)[number];
export const deskEvents = ['desk-opened', 'desk-paused', 'desk-closed'] as const;
export type DeskEvent = (typeof deskEvents)[number];

/** `calling`: a number is called and nobody sat down yet. `unknown`: nothing heard of this desk yet. */
export const deskStates = ['unknown', 'closed', 'paused', 'idle', 'calling', 'serving'] as const;
export type DeskState = (typeof deskStates)[number];

export const terminalStates = ['in-service', 'degraded', 'out-of-service', 'supervisor'] as const;
export type TerminalState = (typeof terminalStates)[number];
export const severities = ['ok', 'unknown', 'warning', 'fault'] as const;
export type Severity = (typeof severities)[number];

/**
 * How far a number can be trusted, best first. `rough`: right to within what is usual for such sensors, nothing is known to be
 * wrong. `doubtful`: what it rests on may be wrong or incomplete. `drifting`: a counter is known to be off.
 */
export const qualities = ['good', 'rough', 'doubtful', 'drifting', 'unknown'] as const;
export type Quality = (typeof qualities)[number];

/** Why a number is missing, old or doubtful; the screens hold the words. */
export const reasons = [
  'no-sensor',
  'not-heard',
  'silent',
  'offline',
  'counter-restarted',
  'counting-since',
  'correcting',
  'zone-off',
  'first-day',
  'clock',
  'incomplete',
  'truncated',
  'counter-replaced',
  'count-off',
  'reading-again',
] as const;
export type Reason = (typeof reasons)[number];

/** Why a device's day has no share: nothing of it was heard, it lived and had nothing to send, or its `seq` can't be used. */
export const completenessReasons = ['not-heard', 'nothing-sent', 'unnumbered'] as const;

/**
 * Notes about a device that is accepted and yet odd. `clock`: its clock is behind or ahead. `ts-seconds`: it sends `ts` in
 * seconds. `boot-not-counted`: it restarted and sent the same `boot` again. `unnumbered`: its `seq` can't be used.
 */
export const marks = ['clock', 'silent', 'ts-seconds', 'boot-not-counted', 'unnumbered'] as const;
export type Mark = (typeof marks)[number];

/**
 * `rebuilding`: the halls are made again from the journal. `not-storing`: the journal can't be written, so nothing is taken in.
 * `catching-up`: what waited at the broker is being read.
 */
export const ingestStates = [
  'ok',
  'starting',
  'rebuilding',
  'not-storing',
  'no-broker',
  'no-subscription',
  'catching-up',
  'stuck',
] as const;
export type IngestState = (typeof ingestStates)[number];

/** Why a message was refused: what quarantine sorts by. docs/errors.md explains each. */
export const refusalReasons = [
  'bad-topic',
  'unknown-channel',
  'too-large',
  'wrong-place',
  'unknown-hall',
  'unknown-device',
  'wrong-kind',
  'malformed-json',
  'wrong-type',
  'wrong-folder',
  'seq-implausible',
  'failed',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];
/** Of these a message that was refused stays unreadable, whatever config or version comes: it isn't tried again. */
export const finalRefusals: readonly RefusalReason[] = ['bad-topic', 'too-large', 'malformed-json'];

export const hallTypes = ['flagship', 'sales', 'strategic'] as const;
export const ownerships = ['own', 'partnered', 'outsourced'] as const;
export const zoneKinds = [
  'business',
  'waiting',
  'consulting',
  'self-service',
  'vip',
  'experience',
  'device-sales',
  'retention',
  'brand',
  'gifts',
] as const;
export const terminalTypes = [
  'payment-kiosk',
  'query-kiosk',
  'sim-vending',
  'statement-printer',
  'invoice-printer',
  'online-pc',
  'experience-terminal',
] as const;
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

export const locales = ['zh-CN', 'en'] as const;
export type Locale = (typeof locales)[number];

/** What can be done about a queue; `limit` says what becomes of it if nothing is. */
export const adviceKinds = ['limit', 'open-desk', 'end-pause', 'divert', 'back-office'] as const;

export const liveNamespace = '/live';
export const pulseEveryMs = 2_000;
/** A screen calls itself live only while its last pulse is younger than this. */
export const pulseGoodMs = 6_000;

/** How history is: written as it comes, or late because its store is away or doesn't keep up. */
export const historyStates = ['ok', 'delayed'] as const;
/**
 * Why a hall's day isn't compared with its usual: like days are being read, history is away, too few of them tell, fewer than ten
 * people usually came by now, or today's people aren't all counted.
 */
export const againstReasons = ['reading', 'history-away', 'few-days', 'too-small', 'not-counted'] as const;
export type AgainstReason = (typeof againstReasons)[number];

/** What a heat map can show: `GET /api/regions/:region/peaks?measure`. */
export const peakMeasures = [
  'entered',
  'occupancyMax',
  'issued',
  'called',
  'withinLimitShare',
  'waitMeanS',
  'waitingMax',
] as const;
export type PeakMeasure = (typeof peakMeasures)[number];

/** What an alert can be about; docs/alerts.md says when each is raised. */
export const alertRules = [
  'wait-care',
  'wait-limit',
  'wait-forecast',
  'long-transaction',
  'crowded',
  'paused-desk',
  'terminal-fault',
  'terminal-offline',
  'stock-low',
  'terminal-failing',
  'terminal-silent',
  'customer-stuck',
  'self-service-minimum',
  'journey',
  'system-down',
  'device-offline',
  'device-silent',
  'count-drift',
  'clock-wrong',
  'data-missing',
  'data-unreadable',
  'history-delayed',
  'opening-check',
] as const;
export type AlertRule = (typeof alertRules)[number];

/** From least to worst. */
export const alertSeverities = ['info', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];
export const alertStates = ['open', 'acknowledged', 'resolved'] as const;
export type AlertState = (typeof alertStates)[number];
export const alertSubjects = ['hall', 'service', 'desk', 'device', 'journey', 'system'] as const;
export type AlertSubject = (typeof alertSubjects)[number];

/**
 * What happens to an alert. `changed`: its severity; `absorbed` and `released`: by an alert that explains it (its parent);
 * `flapping`: from now on it is only resolved after a long calm.
 */
export const transitionKinds = [
  'raised',
  'reopened',
  'flapping',
  'changed',
  'absorbed',
  'released',
  'silenced',
  'unsilenced',
  'acknowledged',
  'assigned',
  'noted',
  'resolved',
] as const;
export type TransitionKind = (typeof transitionKinds)[number];
