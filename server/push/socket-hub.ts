// Pictures to screens over Socket.IO: whole state, paced per hall, nobody's slowness held for ever (P1 to P4, S1).
import type { Server as HttpServer, IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Namespace, Socket } from 'socket.io';
import { Server } from 'socket.io';
import { Compile } from 'typebox/compile';
import { Agenda } from '../agenda.ts';
import type { BoundsReached } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import type { Alert } from '../contracts/alerts.ts';
import type { ClientToServer, Pulse, ServerToClient, WatchAnswer } from '../contracts/live.ts';
import { WatchRequest } from '../contracts/live.ts';
import { liveNamespace, pulseEveryMs } from '../contracts/names.ts';
import { HallwatchError } from '../errors.ts';
import type { Halls } from '../hall/halls.ts';
import { summaryOf } from '../hall/summary.ts';
import { checkHandshakeForm, refuse } from './handshake.ts';
import { LiveViews } from './live-views.ts';
import { Pacing } from './pacing.ts';
import { backlogOf, longestBacklog, SlowSockets } from './slow-sockets.ts';
import { WatchBudget } from './watch-budget.ts';
import { WatchedPlaces } from './watched-places.ts';

interface Parts {
  http: HttpServer;
  clock: Clock;
  halls: Halls;
  regions: () => ReadonlyMap<string, unknown>;
  ingest: () => Pulse['ingest'];
  /** All alerts that aren't resolved, the worst first. */
  alerts: () => Alert[];
  /** S1: throws when this handshake may not come in. */
  gate: (headers: IncomingHttpHeaders) => void;
  bounds: BoundsReached;
  /** Connections at once. */
  mostScreens?: number;
}

const paceMs = 250;
const usualMostScreens = 2_000;
/** What a `watch` takes, many times over. */
const largestMessage = 16 * 1024;
/** Until a connection has said what it is for. */
const joinWithinMs = 10_000;
const watchCheck = Compile(WatchRequest);

type LiveSocket = Socket<ClientToServer, ServerToClient>;

export class SocketHub {
  readonly #parts: Parts;
  readonly #io: Server;
  readonly #live: Namespace<ClientToServer, ServerToClient>;
  readonly #views: LiveViews;
  readonly #pacing: Pacing;
  readonly #changes: Agenda;
  readonly #slow: SlowSockets;
  readonly #places: WatchedPlaces;
  readonly #pulse: NodeJS.Timeout;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#views = new LiveViews(parts.halls);
    this.#slow = new SlowSockets(parts.bounds);
    this.#io = new Server(parts.http, {
      transports: ['websocket'],
      serveClient: false,
      maxHttpBufferSize: largestMessage,
      connectTimeout: joinWithinMs,
    });
    // Before Engine.IO looks at anything, and for every request to it, WebSocket or not.
    this.#io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      const refusal = refusalOf(() => this.#check(request));
      if (refusal) refuse(request, response, refusal);
      else next();
    });
    this.#live = this.#io.of(liveNamespace);
    this.#live.on('connection', (socket) => this.#connected(socket));
    this.#pacing = new Pacing(paceMs, (hall) => this.#send(hall));
    this.#changes = new Agenda(parts.clock, (hall) => this.#pacing.refresh(hall));
    const { halls, regions } = parts;
    this.#places = new WatchedPlaces(() => ({
      halls: new Map(halls.ids.map((id) => [id, halls.get(id)?.config.region ?? ''])),
      regions: new Set(regions().keys()),
    }));
    this.#pulse = setInterval(() => this.pulse(), pulseEveryMs);
  }

  /** How many screens are connected. */
  get clients(): number {
    return this.#live.sockets.size;
  }

  /** A hall changed: whoever watches it gets its picture now, or as soon as the pace allows. */
  changed(hall: string): void {
    this.#views.forget(hall);
    if (this.#isWatched(hall)) this.#pacing.touch(hall);
  }

  /** What is known beside a hall's messages changed, as what is usual there: its next message waits for nothing because of that. */
  refreshed(hall: string): void {
    this.#views.forget(hall);
    if (this.#isWatched(hall)) this.#pacing.refresh(hall);
  }

  /** A config was taken over: who watches what it no longer has is told. They stay where they are, for it may come back. */
  configured(): void {
    const gone = this.#places.review();
    for (const { hall, region, isMoved } of gone.halls) {
      const event = { kind: 'hall' as const, id: hall, ...unknownHall(hall).toBody() };
      if (!isMoved) this.#live.to(hallRoom(hall)).emit('gone', event);
      this.#live.to(regionRoom(region)).emit('gone', event);
    }
    for (const region of gone.regions) {
      this.#live.to(regionRoom(region)).emit('gone', { kind: 'region', id: region, ...unknownRegion(region).toBody() });
    }
  }

  /** P3: an alert goes out at once, to whoever watches its hall, its region, or all alerts. */
  alert(alert: Alert): void {
    const region = alert.hall === null ? undefined : this.#parts.halls.known(alert.hall)?.config.region;
    let to = this.#live.to(alertsRoom);
    if (alert.hall !== null) to = to.to(hallRoom(alert.hall));
    if (region !== undefined) to = to.to(regionRoom(region));
    to.emit('alert', { alert });
  }

  /** Tells every screen the time and whether what it shows is current; at once when ingest changes. */
  pulse(): void {
    const { clock, halls, ingest } = this.#parts;
    this.#live.emit('pulse', { now: clock.now(), rev: halls.rev, ingest: ingest() });
    this.#slow.check(this.#live.sockets.values());
  }

  async close(): Promise<void> {
    clearInterval(this.#pulse);
    this.#pacing.close();
    this.#changes.close();
    await this.#io.close();
  }

  /** Throws for a handshake that may not come in. */
  #check(request: IncomingMessage): void {
    this.#parts.gate(request.headers);
    checkHandshakeForm(request);
    if (this.#io.engine.clientsCount < (this.#parts.mostScreens ?? usualMostScreens)) return;
    this.#parts.bounds.reached('screens', 'too many screens: a new one was refused');
    throw new HallwatchError('too-many-requests', {
      what: 'too many screens are connected',
      fix: 'close some of them',
    });
  }

  #isWatched(hall: string): boolean {
    const { rooms } = this.#live.adapter;
    // Asked for every message: without a screen there is nothing to look up.
    if (rooms.size === 0) return false;
    const region = this.#parts.halls.get(hall)?.config.region ?? '';
    return rooms.has(hallRoom(hall)) || rooms.has(regionRoom(region));
  }

  #send(hall: string): void {
    const { halls, clock } = this.#parts;
    const region = halls.get(hall)?.config.region;
    if (region === undefined || !this.#isWatched(hall)) return;
    const picture = this.#views.build(hall, clock.now());
    if (!picture) return;
    this.#live.to(hallRoom(hall)).emit('hall', this.#views.fitted(picture.live));
    this.#live.to(regionRoom(region)).emit('summary', summaryOf(picture.live, region));
    this.#changes.set(hall, picture.nextChangeAt);
  }

  #connected(socket: LiveSocket): void {
    socket.emit('pulse', { now: this.#parts.clock.now(), rev: this.#parts.halls.rev, ingest: this.#parts.ingest() });
    const budget = new WatchBudget(performance.now());
    const isTooMuch = () => {
      const weight = budget.take(performance.now());
      if (weight === 'drop') this.#slow.drop(socket, 'screen-events', 'a connection sends events without end: dropped');
      return weight !== 'answer';
    };
    // Events that we don't know cost little, and yet not nothing.
    socket.onAny((event: unknown) => event !== 'watch' && isTooMuch());
    socket.on('watch', (request, answer) => {
      const isRefused = isTooMuch();
      if (typeof answer !== 'function') return;
      try {
        if (isRefused || backlogOf(socket) > longestBacklog) throw tooManyWatches();
        answer(this.#watch(socket, request));
      } catch (error) {
        answer({ ok: false, ...asHallwatchError(error).toBody() });
      }
    });
  }

  /** Replaces what the socket watches; the answer holds the full state, so nothing before it is missed (P4). */
  #watch(socket: LiveSocket, request: unknown): WatchAnswer {
    if (!watchCheck.Check(request)) {
      throw new HallwatchError('bad-watch', {
        what: 'watch was not understood',
        fix: 'send {"halls": [at most 20 hall ids]}, {"region": id} or {"alerts": true}',
      });
    }
    const { halls, clock, regions } = this.#parts;
    if ('halls' in request) {
      const pictures = request.halls.map((id) => {
        const picture = this.#views.get(id, clock.now());
        if (!picture) throw unknownHall(id);
        return picture;
      });
      this.#join(socket, request.halls.map(hallRoom));
      for (const { live, nextChangeAt } of pictures) this.#changes.set(live.hall, nextChangeAt);
      return { ok: true, halls: pictures.map(({ live }) => this.#views.fitted(live)) };
    }
    if ('alerts' in request) {
      this.#join(socket, [alertsRoom]);
      return { ok: true, alerts: this.#parts.alerts() };
    }
    const { region } = request;
    if (!regions().has(region)) throw unknownRegion(region);
    this.#join(socket, [regionRoom(region)]);
    const summaries = halls.ids.flatMap((id) => {
      const picture = halls.get(id)?.config.region === region ? this.#views.get(id, clock.now()) : null;
      if (!picture) return [];
      this.#changes.set(id, picture.nextChangeAt);
      return [summaryOf(picture.live, region)];
    });
    return { ok: true, summaries };
  }

  #join(socket: LiveSocket, rooms: string[]): void {
    for (const room of socket.rooms) if (room !== socket.id) socket.leave(room);
    socket.join(rooms);
  }
}

function refusalOf(check: () => void): HallwatchError | null {
  try {
    check();
    return null;
  } catch (error) {
    return asHallwatchError(error);
  }
}

function unknownHall(id: string): HallwatchError {
  return new HallwatchError('unknown-hall', { what: `there is no hall "${id}"`, fix: 'GET /api/halls lists them' });
}

function unknownRegion(id: string): HallwatchError {
  return new HallwatchError('unknown-region', {
    what: `there is no region "${id}"`,
    fix: 'GET /api/halls names them',
  });
}

function tooManyWatches(): HallwatchError {
  return new HallwatchError('too-many-requests', {
    what: 'too many requests, or answers to former ones still wait to be read',
    fix: 'wait for them, and ask less often',
  });
}

const alertsRoom = 'alerts';
const hallRoom = (hall: string) => `hall:${hall}`;
const regionRoom = (region: string) => `region:${region}`;

function asHallwatchError(error: unknown): HallwatchError {
  if (error instanceof HallwatchError) return error;
  return new HallwatchError('internal', {
    what: 'watching failed',
    fix: 'try again; the server log says more',
    cause: error,
  });
}
