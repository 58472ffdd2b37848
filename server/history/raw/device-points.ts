// What doors, terminals and desks said, as points.
import type { Reading } from '../../contracts/readings.ts';
import type { Books } from '../../hall/books.ts';
import type { DeskMoment } from '../../hall/desk-past.ts';
import { deskMoments } from '../../hall/desk-past.ts';
import { unheardSpans } from '../../hall/liveness.ts';
import type { TerminalPicture } from '../../hall/terminals.ts';
import type { Point } from '../points.ts';
import { rawAt } from '../points.ts';

type DoorBody = Reading['body'] & { kind: 'door' };

/** H1: one point a message, with the totals as they came; `tags` are those of its device. */
export function doorPoint({ at }: Reading, body: DoorBody, tags: Point['tags'], simulated: boolean): Point {
  const { boot, seq } = body;
  return {
    measurement: 'door',
    tags,
    at: rawAt(at, seq),
    fields: { in: body.in, out: body.out, boot, simulated },
  };
}

/** A message of a terminal that may be worth a point. */
export interface TerminalMessage {
  at: number;
  seq: number;
  done: number | null;
  failed: number | null;
}

/** Points of those of a terminal's messages with which its picture changed. */
export function terminalPoints(
  { config, terminals }: Books,
  device: string,
  messages: readonly TerminalMessage[],
  simulated: boolean,
): Point[] {
  // In order, so that its log is read once.
  return messages
    .toSorted((a, b) => a.at - b.at || a.seq - b.seq)
    .flatMap(({ at, seq, done, failed }) => {
      const before = terminals.pictureBefore(device, at);
      const picture = terminals.pictureBefore(device, at + 1);
      if (!picture || (before && isSame(before, picture))) return [];
      const tags = { hall: config.id, device };
      return [
        {
          measurement: 'terminal' as const,
          tags,
          at: rawAt(at, seq),
          fields: { ...said(picture), done, failed, simulated },
        },
      ];
    });
}

function isSame(a: TerminalPicture, b: TerminalPicture): boolean {
  return (
    a.boot === b.boot &&
    a.state === b.state &&
    a.severity === b.severity &&
    a.busy === b.busy &&
    JSON.stringify(a.parts) === JSON.stringify(b.parts)
  );
}

function said({ boot, state, severity, parts, stock, busy }: TerminalPicture): Point['fields'] {
  return { boot, state, severity, parts: JSON.stringify(parts), stock: JSON.stringify(stock), busy };
}

/** Points of a desk from `from` on, up to but without `to`: one for each change. */
export function deskPoints(books: Books, desk: string, from: number, to: number, simulated: boolean): Point[] {
  const moments = deskMoments(books, desk, from, to);
  return moments
    .filter(({ at }, i) => i > 0 || hasBegunAt(books, desk, at))
    .map((moment) => deskPoint(books, desk, moment, rawAt(moment.at, moment.seq), simulated));
}

/** True when a desk's story changed just at `at`, and doesn't only go on. */
function hasBegunAt(books: Books, desk: string, at: number): boolean {
  const [before, now] = [deskMoments(books, desk, at - 1, at), deskMoments(books, desk, at, at + 1)].map((one) =>
    one.at(-1),
  );
  return before?.state !== now?.state || before?.ticket !== now?.ticket || before?.seq !== now?.seq;
}

function deskPoint({ config }: Books, desk: string, moment: DeskMoment, at: number, simulated: boolean): Point {
  const { state, service, ticket, reason, until } = moment;
  return {
    measurement: 'desk',
    tags: { hall: config.id, desk },
    at,
    fields: { state, service, ticket, reason, untilAt: until, simulated },
  };
}

/** What terminals and desks are at a full hour (epoch ms), so that a quiet one is known to be so. */
export function hourlyPoints(books: Books, hour: number, now: number, simulated: boolean): Point[] {
  const { config, state, terminals } = books;
  const points: Point[] = [];
  for (const { id } of config.file.terminals) {
    const picture = terminals.pictureBefore(id, hour + 1);
    if (!picture) continue;
    const isSilent = unheardSpans(state, id, { from: hour, to: hour + 1, now }).length > 0;
    const fields = isSilent ? { ...said(picture), state: 'silent', severity: 'unknown' } : said(picture);
    points.push({
      measurement: 'terminal',
      tags: { hall: config.id, device: id },
      at: hour * 1000,
      fields: { ...fields, simulated },
    });
  }
  for (const { id } of config.file.desks) {
    const moment = deskMoments(books, id, hour, hour + 1).at(-1);
    if (moment && moment.state !== 'unknown') points.push(deskPoint(books, id, moment, hour * 1000, simulated));
  }
  return points;
}
