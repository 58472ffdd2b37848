// What a self-service terminal that lives shows of itself, and how well the hall's terminals do together.
import type { DeviceLive, HallLive, TerminalLive } from '../../../server/contracts/hall-live.ts';
import type { Locale } from '../../../server/contracts/names.ts';
import type { WallKey } from '../messages/wall.ts';
import { isKey, say } from '../messages/wall.ts';
import type { Tone } from './tones.ts';

export type Trouble = TerminalLive['troubles'][number];

/** `since` (epoch ms): how long it has been so, only where that is news. `level`: what is left or filled, 0 to 100. */
export interface TerminalLook {
  tone: Tone;
  word: WallKey | Trouble;
  detail: WallKey | Trouble | null;
  since: number | null;
  level: number | null;
}

export function terminalLook(terminal: TerminalLive | undefined): TerminalLook {
  const blank = { detail: null, since: null, level: null };
  if (!terminal || terminal.state === null) return { ...blank, tone: 'unknown', word: 'terminal.unknown' };
  const { state, severity, since } = terminal;
  const worst = terminal.troubles[0] ?? null;
  if (state === 'supervisor') {
    // That staff are there goes before what the parts say, and that its doors are open goes without saying.
    const detail = terminal.troubles.find(({ status }) => status !== 'open') ?? null;
    return { tone: 'care', word: 'terminal.supervisor', detail, since, level: null };
  }
  if (severity === 'fault') return { ...blank, tone: 'late', ...faultWords(worst), since };
  if (severity === 'warning') return { ...blank, tone: 'care', ...warningWords(terminal, worst) };
  if (severity === 'unknown') return { ...blank, tone: 'unknown', word: 'terminal.unknown', detail: worst };
  return { ...blank, tone: 'ok', word: useWord(terminal.busy) };
}

function useWord(busy: boolean | null): WallKey {
  if (busy === null) return 'device.online';
  return busy ? 'terminal.busy' : 'terminal.idle';
}

/** The part that is broken; where none is, the machine itself says that it is out of service. */
function faultWords(worst: Trouble | null): Pick<TerminalLook, 'word' | 'detail'> {
  return worst?.severity === 'fault'
    ? { word: worst, detail: null }
    : { word: 'terminal.out-of-service', detail: worst };
}

function warningWords(terminal: TerminalLive, worst: Trouble | null): Pick<TerminalLook, 'word' | 'detail' | 'level'> {
  if (worst?.severity !== 'warning') return { word: 'terminal.degraded', detail: worst, level: null };
  const level = terminal.stock?.[worst.part];
  return { word: worst, detail: null, level: level === undefined ? null : Math.round(level) };
}

/** Known to be of no use to customers now. What nobody knows of isn't known to be that either. */
export function isOutOfUse(device: DeviceLive, terminal: TerminalLive | undefined): boolean {
  if (device.online === null) return false;
  if (!device.online) return true;
  return terminal?.severity === 'fault' || terminal?.state === 'supervisor' || terminal?.state === 'out-of-service';
}

/** Connected, and by its own word of use to customers, were it with a warning. */
function isWell(device: DeviceLive, terminal: TerminalLive | undefined): boolean {
  if (!device.online || isOutOfUse(device, terminal)) return false;
  return terminal?.severity === 'ok' || terminal?.severity === 'warning';
}

type Machines = Pick<HallLive, 'devices' | 'terminals' | 'truncated'>;

/** The condition rate's two numbers: machines that are well among those whose zone is open; `null` where none is. */
export function condition({ devices, terminals, truncated }: Machines): { well: number; all: number } | null {
  if (truncated) {
    const { wanted: all, well } = truncated.totals.terminals;
    return all === 0 ? null : { well, all };
  }
  const wanted = devices.filter(({ kind, reason }) => kind === 'terminal' && reason !== 'zone-off');
  if (wanted.length === 0) return null;
  const well = wanted.filter((device) => isWell(device, terminalOf(terminals, device)));
  return { well: well.length, all: wanted.length };
}

/** Today's mean availability of the terminals that have one, in percent with one decimal, rounded down; else null. */
export function availabilityPercent({
  terminals,
  truncated,
}: Pick<Machines, 'terminals' | 'truncated'>): number | null {
  const shares = terminals.flatMap(({ availabilityToday }) => availabilityToday ?? []);
  const own = shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const mean = truncated ? truncated.totals.terminals.availability : own;
  if (mean === null) return null;
  // A share such as 0.57 is held as a little less than it is.
  return Math.floor(mean * 1_000 + 1e-6) / 10;
}

/**
 * The longest time of today, in minutes, for which a terminal's availability isn't known because the server could not
 * hear it.
 */
export function unknownMinutes(terminals: TerminalLive[]): number {
  return Math.round(Math.max(0, ...terminals.map(({ unknownTodayS }) => unknownTodayS ?? 0)) / 60);
}

export function terminalOf(terminals: TerminalLive[], { id }: { id: string }): TerminalLive | undefined {
  return terminals.find((terminal) => terminal.id === id);
}

/** What customers can do at a machine, such as `print-statement`; what has no words is shown as it stands in the hall's file. */
export function functionText(does: string, locale: Locale): string {
  const key = `does.${does}`;
  return isKey(key) ? say(locale, key) : does;
}
