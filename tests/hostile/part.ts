// What one part of `npm run hostile` is: faults and attacks on a real server, and what was promised beside what was measured.

/** One promise. `ok` says whether `measured` keeps it; both are written for people and kept in the JSON as they are. */
export interface Finding {
  what: string;
  promised: string;
  measured: string;
  ok: boolean;
}

export interface HostileContext {
  /** Prints a line of progress. */
  say: (line: string) => void;
  /** Multiplies how much is done, 1 for the whole command; a test that runs a part asks for less. */
  scale: number;
}

export interface HostilePart {
  /** One line: what it does to the server. */
  about: string;
  /** Roughly how long it takes at scale 1, minutes. */
  minutes: number;
  run(context: HostileContext): Promise<Finding[]>;
}

/** A promise that something did not happen: 0 is what is promised. */
export function none(what: string, count: number, detail = ''): Finding {
  return { what, promised: '0', measured: `${count}${detail ? ` (${detail})` : ''}`, ok: count === 0 };
}

/** A promise of a limit: at most `limit` of a unit. */
export function atMost(what: string, measured: number, limit: number, unit: string): Finding {
  return { what, promised: `at most ${limit} ${unit}`, measured: `${round(measured)} ${unit}`, ok: measured <= limit };
}

/** A promise that holds or not, with what was seen. */
export function holds(what: string, ok: boolean, measured: string): Finding {
  return { what, promised: 'yes', measured, ok };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
