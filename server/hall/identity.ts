// Which message of a device a message is (I2). (boot, seq) names it as long as the device counts its boots and its messages. Where it
// doesn't, this gives it a name of ours: boots of ours are negative numbers, which no device sends. What is decided here depends on the
// order of arrival only for devices that break the rule.
import type { Prints } from './prints.ts';
import { emptyPrints, notePrint, printOf } from './prints.ts';
import { highestSeq, mostAhead } from './seq-ahead.ts';

/** What one boot under a number that its device gave is known by. Times are epoch ms. */
export interface Generation {
  /** The name of the boot: the device's own number, or one of ours where the device used that number before. */
  boot: number;
  /** Earliest effective time of its messages. */
  since: number;
  low: number;
  high: number;
  /** The device's own time in the message `low`, and the latest in any; null without a usable one. */
  lowTs: number | null;
  latestTs: number | null;
  /** The latest own time of the generation before, which all of this one are later than; null where that isn't so or not known. */
  floor: number | null;
  /** Null of generations before the last but one. */
  prints: Prints | null;
}

/**
 * All that came under one number of a device, in order of arrival. `toldSince`: earliest effective time of a word of that boot; `told`:
 * the highest `lastSeq` of its present generation.
 */
interface OwnBoot {
  toldSince: number;
  told: number | null;
  generations: Generation[];
}

/** A device whose seq can't be used: its messages are numbered by us, in order of arrival. */
interface Unnumbered {
  boot: number;
  seq: number;
  /** Hashes of its latest messages, the next one to be replaced at `next`. */
  ring: Int32Array;
  next: number;
  /** How its own numbers went lately: where they are in order again, they are used again. */
  own: { boot: number; seq: number; inARow: number };
}

export interface DeviceIdentity {
  own: Map<number, OwnBoot>;
  /** The number under which the newest generation began; null before the first message. */
  latest: number | null;
  /** Latest receipt of a message that was read, or of a live word. */
  heardAt: number;
  /** Messages in a row that were too far ahead; boots in a row of which one message came. */
  implausible: number;
  lone: number;
  /** Boots that got a number of ours. */
  made: number;
  /** Effective time of the latest restart that the device didn't count; null when there is none, or it counts since. */
  restartedAt: number | null;
  unnumbered: Unnumbered | null;
}

/** A message that was read, as far as it tells which one it is. `ts`: the device's own time where that is usable. */
export interface NamedMessage {
  boot: number;
  seq: number;
  ts: number | null;
  at: number;
  receivedAt: number;
  live: boolean;
  /** Hash of its bytes; 0 where that isn't known. */
  print: number;
}

/**
 * `read`: under this name, with what is to be noted; `goesOn`: only the numbering begins anew. `copy`: it is known by its bytes.
 * `implausible`: its seq is further ahead than messages can have been lost.
 */
export type Identified =
  | { as: 'read'; boot: number; seq: number; note: 'boot-not-counted' | 'unnumbered' | null; goesOn: boolean }
  | { as: 'copy' }
  | { as: 'implausible'; ahead: number };

const keptNumbers = 64;
const ringSize = 64;
const tooManyInARow = 20;
/** A device that begins to number its messages again begins below this. */
const lowSeq = 20_000;
const copy: Identified = { as: 'copy' };

export function emptyIdentity(): DeviceIdentity {
  return {
    own: new Map(),
    latest: null,
    heardAt: 0,
    implausible: 0,
    lone: 0,
    made: 0,
    restartedAt: null,
    unnumbered: null,
  };
}

/** Tells which message of its device this is. */
export function identify(device: DeviceIdentity, message: NamedMessage): Identified {
  const found = device.unnumbered
    ? unnumberedMessage(device, device.unnumbered, message)
    : numberedMessage(device, message);
  if (found.as === 'read') device.heardAt = Math.max(device.heardAt, message.receivedAt);
  return found;
}

function numberedMessage(device: DeviceIdentity, message: NamedMessage): Identified {
  const own = device.own.get(message.boot);
  const newest = own?.generations.at(-1);
  const most = mostAhead(message.receivedAt - device.heardAt);
  const by = message.seq - Math.max(newest?.high ?? 0, own?.told ?? 0);
  if (message.seq > highestSeq || (by > most && !isFirstOrOlder(device, message)))
    return implausible(device, message, by);
  if (!own || !newest) return begin(device, message, { floor: null, isRestart: false });
  if (own.told !== null && own.told - message.seq > most) own.told = null;
  if (message.seq <= newest.high || own.generations.length > 1) return amongKnown(device, own, newest, message);
  return read(device, newest, message);
}

/** A message that isn't simply the next one of a boot that began once. */
function amongKnown(
  device: DeviceIdentity,
  { generations }: OwnBoot,
  newest: Generation,
  message: NamedMessage,
): Identified {
  const { seq, ts, live, print } = message;
  if (generations.some((one) => isCopy(one, seq, print))) return copy;
  const { floor, lowTs, latestTs } = newest;
  if (seq > newest.high) {
    // Of a device that kept what it had not sent when it restarted.
    const isOlder = floor !== null && ts !== null && lowTs !== null && ts < lowTs;
    return read(device, (isOlder && olderOf(generations, ts)) || newest, message);
  }
  if (ts !== null && latestTs !== null) {
    // Copies keep their time, so what was made after all that is known is none; nor is what was made after a later one of its boot.
    const isLater = ts > latestTs || (seq < newest.low && lowTs !== null && ts > lowTs);
    if (isLater)
      return live ? begin(device, message, { floor: ts > latestTs ? latestTs : null, isRestart: true }) : copy;
    if (floor !== null && ts <= floor) return read(device, olderOf(generations, ts) ?? newest, message);
  } else if (seq < newest.low && generations.length === 1 && live) {
    // Without a time, what comes from before we listened is the device's beginning again: nobody asked for it.
    return begin(device, message, { floor: null, isRestart: true });
  }
  // The same name and other bytes: no copy, though its clock may have been set back.
  if (contradicts(newest, seq, print)) return live ? begin(device, message, { floor: null, isRestart: true }) : copy;
  return read(device, newest, message);
}

/** The generation before the newest that a message of that time belongs to. */
function olderOf(generations: readonly Generation[], ts: number): Generation | undefined {
  return generations.slice(0, -1).findLast(({ floor }) => floor === null || ts > floor);
}

function isCopy({ prints }: Generation, seq: number, print: number): boolean {
  return print !== 0 && prints !== null && printOf(prints, seq) === print;
}

function contradicts({ prints }: Generation, seq: number, print: number): boolean {
  const known = prints === null ? 0 : printOf(prints, seq);
  return print !== 0 && known !== 0 && known !== print;
}

/** True for the name of a message that can't be read, if it can be one at all. */
export function isPlausibleName(
  device: DeviceIdentity | undefined,
  name: { boot: number; seq: number },
  receivedAt: number,
): boolean {
  const own = device?.own.get(name.boot);
  const known = Math.max(own?.generations.at(-1)?.high ?? 0, own?.told ?? 0);
  // Of a device that wasn't heard before nothing shows that it numbers its messages.
  const most = device && device.heardAt > 0 ? mostAhead(receivedAt - device.heardAt) : mostAhead(0);
  return device?.unnumbered == null && name.seq - known <= most;
}

/** Files the message with its boot. */
function read(device: DeviceIdentity, one: Generation, { seq, ts, at, print }: NamedMessage): Identified {
  device.implausible = 0;
  one.since = Math.min(one.since, at);
  if (seq < one.low) [one.low, one.lowTs] = [seq, ts];
  one.high = Math.max(one.high, seq);
  if (ts !== null) one.latestTs = Math.max(one.latestTs ?? ts, ts);
  if (one.prints && print !== 0) notePrint(one.prints, seq, print);
  return { as: 'read', boot: one.boot, seq, note: null, goesOn: false };
}

/** The message begins a boot: one that the device counted, or a restart that it didn't. */
function begin(
  device: DeviceIdentity,
  message: NamedMessage,
  { floor, isRestart, goesOn = false }: { floor: number | null; isRestart: boolean; goesOn?: boolean },
): Identified {
  if (!goesOn) noteLone(device, message.boot);
  if (device.lone >= tooManyInARow) return becomeUnnumbered(device, message);
  const { seq, ts, at } = message;
  const own = ownBoot(device, message.boot, at);
  const isKnown = own.generations.length > 0;
  const newest = latestOf(device);
  for (const other of device.own.values()) for (const one of other.generations) if (one !== newest) one.prints = null;
  const made: Generation = {
    boot: isKnown ? nextOfOurs(device) : message.boot,
    since: at,
    low: seq,
    high: seq,
    lowTs: ts,
    latestTs: ts,
    floor,
    prints: emptyPrints(),
  };
  own.generations.push(made);
  if (own.generations.length > keptNumbers) own.generations.shift();
  if (isRestart) {
    own.told = null;
    device.restartedAt = at;
  } else if (!isKnown && device.restartedAt !== null && at > device.restartedAt) device.restartedAt = null;
  device.latest = message.boot;
  const found = read(device, made, message);
  return found.as === 'read' ? { ...found, note: isRestart ? 'boot-not-counted' : null, goesOn } : found;
}

/** Boots in a row of which one message came, and that were not simply the next: their numbers name messages, not boots. */
function noteLone(device: DeviceIdentity, boot: number): void {
  const latest = latestOf(device);
  const isLone = latest !== undefined && latest.low === latest.high;
  device.lone = isLone && boot !== (device.latest ?? boot) + 1 ? device.lone + 1 : 0;
}

function latestOf({ own, latest }: DeviceIdentity): Generation | undefined {
  return latest === null ? undefined : own.get(latest)?.generations.at(-1);
}

function nextOfOurs(device: DeviceIdentity): number {
  device.made++;
  return -device.made;
}

function ownBoot(device: DeviceIdentity, boot: number, at: number): OwnBoot {
  const known = device.own.get(boot);
  if (known) return known;
  const made = { toldSince: at, told: null, generations: [] };
  device.own.set(boot, made);
  if (device.own.size > keptNumbers) {
    const oldest = device.own.keys().find((one) => one !== device.latest);
    if (oldest !== undefined) device.own.delete(oldest);
  }
  return made;
}

/** Of a device that wasn't heard before, and of a boot before all that was heard, nobody knows how far it was. */
function isFirstOrOlder(device: DeviceIdentity, { at, boot }: NamedMessage): boolean {
  const own = device.own.get(boot);
  if (own && (own.told !== null || own.generations.length > 0)) return false;
  return device.own.values().every(({ generations }) => generations.every(({ since }) => at < since));
}

function implausible(device: DeviceIdentity, message: NamedMessage, by: number): Identified {
  // What is tried again from quarantine came before.
  if (message.receivedAt >= device.heardAt) device.implausible++;
  return device.implausible >= tooManyInARow ? becomeUnnumbered(device, message) : { as: 'implausible', ahead: by };
}

function becomeUnnumbered(device: DeviceIdentity, message: NamedMessage): Identified {
  const own = { boot: message.boot, seq: message.seq, inARow: 0 };
  device.unnumbered = { boot: nextOfOurs(device), seq: 0, ring: new Int32Array(ringSize), next: 0, own };
  [device.implausible, device.lone] = [0, 0];
  return unnumberedMessage(device, device.unnumbered, message);
}

function unnumberedMessage(device: DeviceIdentity, unnumbered: Unnumbered, message: NamedMessage): Identified {
  const { boot, seq, print } = message;
  if (print !== 0 && unnumbered.ring.includes(print)) return copy;
  const { own } = unnumbered;
  const isNext = boot === own.boot && seq === own.seq + 1 && seq <= lowSeq;
  unnumbered.own = { boot, seq, inARow: isNext ? own.inARow + 1 : 0 };
  if (unnumbered.own.inARow >= tooManyInARow) {
    device.unnumbered = null;
    return begin(device, message, { floor: null, isRestart: false, goesOn: true });
  }
  unnumbered.ring[unnumbered.next] = print;
  unnumbered.next = (unnumbered.next + 1) % ringSize;
  unnumbered.seq++;
  return { as: 'read', boot: unnumbered.boot, seq: unnumbered.seq, note: 'unnumbered', goesOn: true };
}

/** A device's word about itself; `ts`: its own time where that is usable. */
export interface NamedWord {
  boot: number;
  lastSeq: number | undefined;
  ts: number | null;
  at: number;
  receivedAt: number;
  /** Not retained. */
  live: boolean;
}

/** Tells which boot a word is of, and how far that is: undefined where the word can't be true, or tells nothing that can be used. */
export function identifyWord(
  device: DeviceIdentity,
  word: NamedWord,
): { boot: number; lastSeq: number | undefined; isAbsurd: boolean } {
  const isFirst = device.latest === null && device.own.size === 0;
  const own = ownBoot(device, word.boot, word.at);
  own.toldSince = Math.min(own.toldSince, word.at);
  const most = mostAhead(word.receivedAt - device.heardAt);
  if (word.live) device.heardAt = Math.max(device.heardAt, word.receivedAt);
  if (device.unnumbered) return { boot: device.unnumbered.boot, lastSeq: undefined, isAbsurd: false };
  const newest = own.generations.at(-1);
  const isOlder = newest !== undefined && newest.floor !== null && word.ts !== null && word.ts <= newest.floor;
  const boot = (isOlder && own.generations.at(-2)?.boot) || (newest?.boot ?? word.boot);
  const { lastSeq } = word;
  if (lastSeq === undefined) return { boot, lastSeq, isAbsurd: false };
  const by = lastSeq - Math.max(newest?.high ?? 0, own.told ?? 0);
  if (lastSeq > highestSeq || (by > most && !isFirst)) return { boot, lastSeq: undefined, isAbsurd: true };
  if (!isOlder) own.told = Math.max(own.told ?? 0, lastSeq);
  return { boot, lastSeq, isAbsurd: false };
}

/** The name of the boot that a device means by its number now. */
export function presentBoot(device: DeviceIdentity | undefined, own: number): number {
  return device?.own.get(own)?.generations.at(-1)?.boot ?? own;
}

/** The number under which a device can be asked for messages of a boot; null where it means another one by that now. */
export function askedAs(device: DeviceIdentity | undefined, boot: number): number | null {
  if (!device) return boot;
  if (device.unnumbered) return null;
  for (const [own, { generations }] of device.own) {
    if (!generations.some((one) => one.boot === boot)) continue;
    return generations.at(-1)?.boot === boot ? own : null;
  }
  return boot < 0 ? null : boot;
}

/** When a boot began, as far as its device told: earliest effective time of its messages and words, epoch ms. */
export function bootSince(device: DeviceIdentity | undefined, boot: number): number {
  let since = boot >= 0 ? (device?.own.get(boot)?.toldSince ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  for (const { generations } of device?.own.values() ?? [])
    for (const one of generations) if (one.boot === boot) since = Math.min(since, one.since);
  return since;
}

/** Forgets restarts before `start`. */
export function forgetRestartsBefore(device: DeviceIdentity, start: number): void {
  if (device.restartedAt !== null && device.restartedAt < start) device.restartedAt = null;
}
