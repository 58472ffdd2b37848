// The queue played forward: what becomes of those who wait, and of those who will come, if everything takes as long as it usually does.
// A deterministic run of the queue (a fluid's precision, a queue's discipline): means stand in for chance, so it tells where things
// tend to, and no range. Whom a desk calls follows the learned head starts (waits/head-starts.ts).

/** One class of customers. Moments are epoch ms. */
export interface ProjectedLine {
  service: string | null;
  /** It is called as if its customers had joined so much earlier. */
  headStartMs: number;
  /** Since when each waits, growing. */
  since: readonly number[];
  /** Time between two arrivals; null when nobody is expected. */
  everyMs: number | null;
  /** Called within this by its standard; null for none. */
  limitMs: number | null;
}

export interface ProjectedDesk {
  id: string;
  /** Services it calls; null for all. */
  serves: ReadonlySet<string> | null;
  /** When it calls the next customer at the earliest. */
  freeAt: number;
}

export interface Course {
  now: number;
  lines: readonly ProjectedLine[];
  desks: readonly ProjectedDesk[];
  /** From one call to the next at one desk, by the service called. */
  turnMs: (service: string | null) => number;
  /** Nobody comes any more from here on. */
  arrivalsUntil: number;
}

/** Somebody who would join a line at a moment: nobody is served in their place. */
export interface Probe {
  line: number;
  at: number;
}

/** What became of a service. */
export interface Outcome {
  /** The longest wait that goes on at `Asked.at`; 0 when nobody waits. */
  longestMs: number;
  /** The longest wait of anyone up to `Asked.until`, over or not. */
  mostMs: number;
  /** When the first customer has waited for longer than their limit, and that limit; null for nobody up to `Asked.until`. */
  over: { at: number; limitMs: number } | null;
}

export interface Asked {
  at: number;
  until: number;
  probes: readonly Probe[];
}

export interface Projected {
  /** By service; '' for those of none that the registry knows. */
  services: ReadonlyMap<string, Outcome>;
  /** How long each probe waits; null for one not called by then. */
  probeMs: readonly (number | null)[];
}

/** A probe waits for this much longer than `until` to be called. */
const patienceMs = 7_200_000;
const mostCalls = 5_000;

interface Waiter {
  since: number;
  /** Index of a probe, or -1 for a customer. */
  probe: number;
}

class RunningLine {
  readonly line: ProjectedLine;
  readonly #course: Course;
  readonly #probes: Waiter[];
  #waiting: Waiter[];
  #first = 0;
  #nextAt: number;

  constructor(line: ProjectedLine, course: Course, probes: readonly Waiter[]) {
    this.line = line;
    this.#course = course;
    this.#probes = [...probes].sort((a, b) => a.since - b.since);
    this.#waiting = line.since.map((since) => ({ since, probe: -1 }));
    this.#nextAt = line.everyMs === null ? Number.POSITIVE_INFINITY : course.now + line.everyMs;
  }

  /** When the next one joins. */
  get nextAt(): number {
    const own = this.#nextAt < this.#course.arrivalsUntil ? this.#nextAt : Number.POSITIVE_INFINITY;
    return Math.min(own, this.#probes[0]?.since ?? Number.POSITIVE_INFINITY);
  }

  /** Lets those join who come up to `at`. */
  goOn(at: number): void {
    while (this.nextAt <= at) {
      const probe = this.#probes[0];
      if (probe && probe.since <= this.#nextAt) this.#waiting.push(...this.#probes.splice(0, 1));
      else {
        this.#waiting.push({ since: this.#nextAt, probe: -1 });
        this.#nextAt += this.line.everyMs ?? Number.POSITIVE_INFINITY;
      }
    }
  }

  get first(): Waiter | null {
    return this.#waiting[this.#first] ?? null;
  }

  call(): void {
    this.#first++;
  }

  /** Customers who wait. */
  *left(): Generator<number> {
    for (let i = this.#first; i < this.#waiting.length; i++) {
      const one = this.#waiting[i];
      if (one && one.probe === -1) yield one.since;
    }
  }
}

/** Plays a course forward. */
export function project(course: Course, { at, until, probes }: Asked): Projected {
  const lines = course.lines.map((line, i) => {
    const own = probes.flatMap((probe, p) => (probe.line === i ? [{ since: probe.at, probe: p }] : []));
    return new RunningLine(line, course, own);
  });
  // Most classes of a hall are empty most of the time.
  const live = lines.filter((line) => line.first !== null || line.nextAt < Number.POSITIVE_INFINITY);
  const desks = course.desks.map((desk) => ({ ...desk, mine: live.filter(({ line }) => calls(desk, line)) }));
  const services = new Map<string, Outcome>();
  const outcomeOf = ({ line }: RunningLine) =>
    services.getOrInsertComputed(line.service ?? '', () => ({ longestMs: 0, mostMs: 0, over: null }));
  for (const line of lines) outcomeOf(line);
  const probeMs: (number | null)[] = probes.map(() => null);
  let asked = probes.length;
  let isLooked = false;
  for (let n = 0; n < mostCalls; n++) {
    const desk = desks.reduce((a, b) => (b.freeAt < a.freeAt ? b : a), desks[0] ?? nobody);
    const t = desk.freeAt;
    if (!isLooked && t > at) {
      isLooked = true;
      for (const line of lines) look(line, at, outcomeOf(line));
    }
    if (t > until + patienceMs || (t > until && asked === 0)) break;
    const line = nextOf(desk.mine, t);
    if (!line) {
      desk.freeAt = Math.min(...desk.mine.map(({ nextAt }) => nextAt), Number.POSITIVE_INFINITY);
      continue;
    }
    const one = line.first as Waiter;
    line.call();
    if (one.probe >= 0) {
      probeMs[one.probe] = t - one.since;
      asked--;
      continue;
    }
    if (t <= until) noteWait(outcomeOf(line), line.line, one.since, t);
    desk.freeAt = t + course.turnMs(line.line.service);
  }
  for (const line of lines) {
    line.goOn(until);
    for (const since of line.left()) if (since < until) noteWait(outcomeOf(line), line.line, since, until);
  }
  return { services, probeMs };
}

const nobody = {
  id: '',
  serves: null,
  freeAt: Number.POSITIVE_INFINITY,
  mine: [] as RunningLine[],
} satisfies ProjectedDesk & { mine: RunningLine[] };

function calls({ serves }: ProjectedDesk, { service }: ProjectedLine): boolean {
  return serves === null || service === null || serves.has(service);
}

/** The line whose first customer a desk calls at `at`; null when nobody waits. */
function nextOf(lines: readonly RunningLine[], at: number): RunningLine | null {
  let best: RunningLine | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    line.goOn(at);
    const { first } = line;
    if (!first) continue;
    const claim = line.line.headStartMs - first.since;
    if (claim > most) [best, most] = [line, claim];
  }
  return best;
}

function look(line: RunningLine, at: number, outcome: Outcome): void {
  line.goOn(at);
  for (const since of line.left()) {
    outcome.longestMs = Math.max(outcome.longestMs, at - since);
    return;
  }
}

function noteWait(outcome: Outcome, { limitMs }: ProjectedLine, since: number, until: number): void {
  outcome.mostMs = Math.max(outcome.mostMs, until - since);
  if (limitMs === null || until - since <= limitMs) return;
  // Arrivals are expected at fractions of a millisecond; a moment is a whole one.
  const at = Math.ceil(since + limitMs);
  if (outcome.over === null || at < outcome.over.at) outcome.over = { at, limitMs };
}
