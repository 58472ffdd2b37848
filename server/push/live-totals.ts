// What the lists of a live view come to as a whole: what a wall sums up must be true where some of their entries are left out.
import type { DeviceLive, HallLive, LiveTotals, ServiceLive, TerminalLive } from '../contracts/hall-live.ts';
import type { DeviceKind } from '../contracts/names.ts';
import { deskStates } from '../contracts/names.ts';

export function totalsOf(live: HallLive): LiveTotals {
  const devicesOf = (kind: DeviceKind) => deviceTotals(live.devices.filter((device) => device.kind === kind));
  return {
    devices: { door: devicesOf('door'), queue: devicesOf('queue'), terminal: devicesOf('terminal') },
    terminals: terminalTotals(live),
    desks: Object.fromEntries(
      deskStates.map((state) => [state, live.desks.filter((desk) => desk.state === state).length]),
    ) as LiveTotals['desks'],
    services: serviceTotals(live.services),
  };
}

/** A device of a closed zone isn't missing. */
function deviceTotals(devices: readonly DeviceLive[]): LiveTotals['devices']['door'] {
  return {
    all: devices.length,
    online: devices.filter(({ online }) => online).length,
    missing: devices.filter(({ online, reason }) => !online && reason !== 'zone-off').length,
  };
}

function terminalTotals({ devices, terminals }: HallLive): LiveTotals['terminals'] {
  const byId = new Map(terminals.map((terminal) => [terminal.id, terminal]));
  const wanted = devices.filter(({ kind, reason }) => kind === 'terminal' && reason !== 'zone-off');
  const shares = terminals.flatMap(({ availabilityToday }) => availabilityToday ?? []);
  return {
    wanted: wanted.length,
    well: wanted.filter((device) => isWell(device, byId.get(device.id))).length,
    availability: shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
  };
}

/** Connected, and by its own word of use to customers, were it with a warning. */
function isWell({ online }: DeviceLive, terminal: TerminalLive | undefined): boolean {
  if (!online || !terminal || terminal.state === 'supervisor' || terminal.state === 'out-of-service') return false;
  return terminal.severity === 'ok' || terminal.severity === 'warning';
}

function serviceTotals(services: readonly ServiceLive[]): LiveTotals['services'] {
  const sumOf = (key: 'calledToday' | 'withinLimitToday') =>
    services.length === 0 || services.some((service) => service[key] === null)
      ? null
      : services.reduce((sum, service) => sum + (service[key] ?? 0), 0);
  const calledToday = sumOf('calledToday');
  return {
    calledToday,
    withinLimitToday: sumOf('withinLimitToday'),
    targetShare: targetOf(services, calledToday ?? 0),
    quoteCheck: quoteCheckOf(services),
  };
}

/** The target of the hall's calls; where targets differ, they count by the calls they stand for. */
function targetOf(services: readonly ServiceLive[], called: number): number | null {
  const [first = null] = services.map(({ targetShare }) => targetShare);
  if (services.some(({ targetShare }) => targetShare === null)) return null;
  if (called === 0 || services.every(({ targetShare }) => targetShare === first)) return first;
  return (
    services.reduce((sum, { targetShare, calledToday }) => sum + (targetShare ?? 0) * (calledToday ?? 0), 0) / called
  );
}

/** How right quotes were on the latest day that any service tells of, over all of them. */
function quoteCheckOf(services: readonly ServiceLive[]): LiveTotals['services']['quoteCheck'] {
  const checks = services.flatMap(({ quoteCheck }) => quoteCheck ?? []);
  const date = checks.reduce((latest, check) => (check.date > latest ? check.date : latest), '');
  const latest = checks.filter((check) => check.date === date);
  const n = latest.reduce((sum, check) => sum + check.n, 0);
  if (n === 0) return null;
  const over = (of: 'offS' | 'coverage') => latest.reduce((sum, check) => sum + check[of] * check.n, 0) / n;
  return { date, n, offS: over('offS'), coverage: over('coverage') };
}
