// P3: a live view that is too large for a socket leaves out what no screen shows, then what is of least concern, and says so.
import type { Alert } from '../contracts/alerts.ts';
import type { Advice, DeskLive, DeviceLive, HallLive, ServiceLive, TerminalLive } from '../contracts/hall-live.ts';
import type { Words } from '../contracts/http.ts';
import { totalsOf } from './live-totals.ts';

/** 32 KB, less what Socket.IO puts around it. */
export const mostViewBytes = 32_768 - 256;
/** More than a card has lines for: texts hold names of the config, and those have no length. */
const mostTextBytes = 240;
/** What a small card has room for of why a desk is paused. */
const mostReasonBytes = 48;
/** Doors and queue machines that come before all terminals. */
const mostSensors = 24;
/** A wall tells what to do about so many alerts. */
const alertsWithTodo = 4;

/** Bytes that each list may take at least, in the order in which they take what others leave. */
const reserved = { machines: 12_600, services: 7_400, desks: 5_700, alerts: 2_600, advice: 900 };
type ListName = keyof typeof reserved;

/** A device with what it says of itself as a terminal: left out together. */
interface Machine {
  device: DeviceLive;
  terminal: TerminalLive | null;
}

/** The view itself where it has room, at no cost but its measure. */
export function fitLiveView(live: HallLive, mostBytes = mostViewBytes): HallLive {
  if (bytesOf(live) <= mostBytes) return live;
  const brief = briefly(live);
  if (bytesOf(brief) <= mostBytes) return brief;
  return shortened(live, brief, mostBytes);
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Without what no screen shows, and with all lists whole. */
function briefly(live: HallLive): HallLive {
  const { services, desks, terminals, alerts, advice } = live;
  const first = advice?.filter(({ service }, i) => advice.findIndex((one) => one.service === service) === i) ?? null;
  const brief = terminals.map(briefTerminal);
  return {
    ...live,
    services: services.map((service) => ({ ...service, tierQuotes: [], quoteCheck: null })),
    desks: desks.map((desk) => ({ ...desk, reason: desk.reason && cutText(desk.reason, mostReasonBytes) })),
    terminals: brief,
    alerts: alerts?.map((alert, i) => briefAlert(alert, i < alertsWithTodo)) ?? null,
    advice: first?.map((one) => ({ ...one, terminals: [], text: cut(one.text) })) ?? null,
    truncated: {
      services: 0,
      desks: 0,
      terminals: 0,
      devices: 0,
      alerts: 0,
      advice: (advice?.length ?? 0) - (first?.length ?? 0),
      parts: partNames(terminals) - partNames(brief),
      troubles: troublesOf(terminals) - troublesOf(brief),
      totals: totalsOf(live),
    },
  };
}

function partNames(terminals: readonly TerminalLive[]): number {
  return terminals.reduce(
    (sum, { parts, stock }) => sum + Object.keys(parts ?? {}).length + Object.keys(stock ?? {}).length,
    0,
  );
}

function troublesOf(terminals: readonly TerminalLive[]): number {
  return terminals.reduce((sum, { troubles }) => sum + troubles.length, 0);
}

/** What a card shows: the worst trouble, the worst that isn't an open door, and how much is left of what is low. */
function briefTerminal(terminal: TerminalLive): TerminalLive {
  const { id, type, state, severity, troubles, stock, busy, since } = terminal;
  const [worst] = troubles;
  const beside = troubles.find(({ status }) => status !== 'open');
  const level = worst && stock?.[worst.part];
  return {
    id,
    type,
    state,
    severity,
    troubles: [worst, beside === worst ? undefined : beside].filter((trouble) => trouble !== undefined),
    busy,
    since,
    ...(level === undefined ? {} : { stock: { [worst?.part ?? '']: level } }),
  };
}

function briefAlert(alert: Alert, withTodo: boolean): Alert {
  const told = ({ what, where, todo }: Alert['text']['en']) => ({
    what: cutText(what),
    where: cutText(where),
    todo: withTodo ? cutText(todo) : '',
  });
  return {
    ...alert,
    cause: null,
    advice: withTodo && alert.advice ? cut(alert.advice) : null,
    text: { 'zh-CN': told(alert.text['zh-CN']), en: told(alert.text.en) },
  };
}

function cut(words: Words): Words {
  return { 'zh-CN': cutText(words['zh-CN']), en: cutText(words.en) };
}

/** Whole letters: a Chinese one takes three bytes, and twice the width of a Latin one. */
function cutText(text: string, most = mostTextBytes): string {
  if (Buffer.byteLength(text) <= most) return text;
  let cut = '';
  let bytes = 3;
  for (const letter of text) {
    bytes += Buffer.byteLength(letter);
    if (bytes > most) break;
    cut += letter;
  }
  return `${cut}…`;
}

/** With as much of each list as has room, those that matter most; each list in the order it had. */
function shortened(whole: HallLive, brief: HallLive, mostBytes: number): HallLive {
  const { truncated } = brief;
  const head = bytesOf({ ...brief, services: [], desks: [], devices: [], terminals: [], alerts: [], advice: [] });
  const ranked = {
    machines: machinesOf(brief),
    services: rankedServices(brief),
    desks: rankedDesks(brief),
    alerts: brief.alerts ?? [],
    advice: brief.advice ?? [],
  };
  // Numbers of what is left out grow by some digits.
  const kept = share(ranked, mostBytes - head - 64);
  const machines = new Map(kept.machines.map((machine) => [machine.device.id, machine]));
  const inOrder = <T>(list: readonly T[], chosen: readonly T[]) => {
    const all = new Set(chosen);
    return list.filter((one) => all.has(one));
  };
  const devices = brief.devices.filter(({ id }) => machines.has(id));
  const terminals = brief.terminals.flatMap(({ id }) => machines.get(id)?.terminal ?? []);
  return {
    ...brief,
    services: inOrder(brief.services, kept.services),
    desks: inOrder(brief.desks, kept.desks),
    devices,
    terminals,
    alerts: brief.alerts && [...kept.alerts],
    advice: brief.advice && [...kept.advice],
    truncated: truncated && {
      ...truncated,
      services: whole.services.length - kept.services.length,
      desks: whole.desks.length - kept.desks.length,
      devices: whole.devices.length - devices.length,
      terminals: whole.terminals.length - terminals.length,
      parts: partNames(whole.terminals) - partNames(terminals),
      troubles: troublesOf(whole.terminals) - troublesOf(terminals),
      alerts: (whole.alerts?.length ?? 0) - kept.alerts.length,
      advice: (whole.advice?.length ?? 0) - kept.advice.length,
    },
  };
}

interface Lists {
  machines: readonly Machine[];
  services: readonly ServiceLive[];
  desks: readonly DeskLive[];
  alerts: readonly Alert[];
  advice: readonly Advice[];
}

/** Of each list as many from its beginning as have room: what is reserved for it, and what others don't take of theirs. */
function share(lists: Lists, bytes: number): Lists {
  const names = Object.keys(reserved) as ListName[];
  const sizes = new Map(names.map((name) => [name, lists[name].map((one) => sizeOf(one))]));
  const all = (name: ListName) => (sizes.get(name) ?? []).reduce((sum, size) => sum + size, 0);
  const total = names.reduce((sum, name) => sum + reserved[name], 0);
  const budgets = new Map(
    names.map((name) => [name, Math.min(all(name), Math.floor((reserved[name] * bytes) / total))]),
  );
  let spare = bytes - [...budgets.values()].reduce((sum, budget) => sum + budget, 0);
  const machines = (): Machine[] => {
    const room = (budgets.get('machines') ?? 0) + spare;
    const fitted = fittingMachines(lists.machines, room);
    spare = room - fitted.bytes;
    return fitted.machines;
  };
  const fitting = <T>(name: ListName, list: readonly T[]): T[] => {
    const room = (budgets.get(name) ?? 0) + spare;
    let used = 0;
    const kept = list.filter((_, i) => {
      used += sizes.get(name)?.[i] ?? 0;
      return used <= room;
    });
    const taken = kept.reduce((sum, _, i) => sum + (sizes.get(name)?.[i] ?? 0), 0);
    spare = room - taken;
    return kept;
  };
  return {
    machines: machines(),
    services: fitting('services', lists.services),
    desks: fitting('desks', lists.desks),
    alerts: fitting('alerts', lists.alerts),
    advice: fitting('advice', lists.advice),
  };
}

/** As many as have room, and then of the first of them what is wrong with their parts: a tile without words says more than none. */
function fittingMachines(ranked: readonly Machine[], room: number): { machines: Machine[]; bytes: number } {
  const bare = ranked.map(({ device, terminal }) => ({ device, terminal: terminal && withoutTroubles(terminal) }));
  const sizes = bare.map((one) => sizeOf(one));
  const kept: Machine[] = [];
  let bytes = 0;
  for (const [i, one] of bare.entries()) {
    if (bytes + (sizes[i] ?? 0) > room) break;
    bytes += sizes[i] ?? 0;
    kept.push(one);
  }
  for (const [i, one] of ranked.slice(0, kept.length).entries()) {
    const more = sizeOf(one) - (sizes[i] ?? 0);
    if (bytes + more > room) break;
    bytes += more;
    kept[i] = one;
  }
  return { machines: kept, bytes };
}

function withoutTroubles({ stock: _, ...terminal }: TerminalLive): TerminalLive {
  return { ...terminal, troubles: [] };
}

/** With the comma. */
function sizeOf(one: Machine | ServiceLive | DeskLive | Alert | Advice): number {
  if (!('device' in one)) return bytesOf(one) + 1;
  return bytesOf(one.device) + 1 + (one.terminal ? bytesOf(one.terminal) + 1 : 0);
}

/** Doors and queue machines first: all other numbers rest on them; then what doesn't work, then what isn't known. */
function machinesOf({ devices, terminals }: HallLive): Machine[] {
  const sensors = devices.filter(({ kind }) => kind !== 'terminal').slice(mostSensors);
  const last = new Set(sensors.map(({ id }) => id));
  const byId = new Map(terminals.map((terminal) => [terminal.id, terminal]));
  const all = devices.map((device) => ({ device, terminal: byId.get(device.id) ?? null }));
  const concern = ({ device, terminal }: Machine): number => {
    if (last.has(device.id)) return 7;
    if (device.kind !== 'terminal') return device.online ? 1 : 0;
    if (device.online === false || (device.online && terminal?.severity === 'fault')) return 2;
    if (device.online && (terminal?.severity === 'warning' || device.marks.length > 0)) return 3;
    if (device.online) return terminal?.severity === 'ok' ? 5 : 4;
    return device.reason === 'zone-off' ? 6 : 4;
  };
  return sortedBy(all, concern);
}

/** The longest wait first, then those furthest beyond their limits, then by how many wait and were called. */
function rankedServices({ services, at }: HallLive): ServiceLive[] {
  const since = services.flatMap(({ longestSince }) => longestSince ?? []);
  const longest = since.length > 0 ? Math.min(...since) : null;
  const concern = ({ longestSince, limitS, waiting, calledToday }: ServiceLive): number => {
    if (longestSince !== null && longestSince === longest) return Number.NEGATIVE_INFINITY;
    const share = longestSince === null ? 0 : (at - longestSince) / 1_000 / Math.max(60, limitS ?? 3_600);
    return -(share * 1e6 + (waiting ?? 0) * 100 + Math.min(99, calledToday ?? 0));
  };
  return sortedBy(services, concern);
}

const deskOrder: readonly DeskLive['state'][] = ['calling', 'paused', 'serving', 'idle', 'closed', 'unknown'];

function rankedDesks({ desks, alerts }: HallLive): DeskLive[] {
  const alerted = new Set(alerts?.flatMap(({ subject }) => (subject.kind === 'desk' ? subject.id : [])));
  return sortedBy(desks, ({ id, state, probablyGone }) =>
    alerted.has(id) || probablyGone ? -1 : deskOrder.indexOf(state),
  );
}

/** Stable: what is of equal concern keeps its order. */
function sortedBy<T>(list: readonly T[], concern: (one: T) => number): T[] {
  return list
    .map((one) => ({ one, by: concern(one) }))
    .sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0))
    .map(({ one }) => one);
}
