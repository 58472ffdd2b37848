import type { Timer } from '../clock.ts';
import type { Gap } from '../hall/intake.ts';

/** One request to a device: its messages `from` to `to` of a boot; `left` of them have not come yet. */
export interface Ask {
  id: string;
  boot: number;
  from: number;
  to: number;
  size: number;
  left: number;
  /** Nobody knows whether there is anything of it. */
  unknown: boolean;
}

/** Requests to one device on one local day of its hall. */
export interface Budget {
  date: string;
  asked: number;
}

/** A device with gaps that are being seen to. Times are epoch ms. */
export interface RepairCase {
  hall: string;
  device: string;
  /** Its latest boot and connection, as far as it told. */
  conn: string;
  /** What it was asked and has not answered yet: one thing at a time. */
  ask: Ask | null;
  /** The pause after the next request that brings nothing. */
  pauseMs: number;
  /** The pause after the next answer that nothing is left of what was asked for. */
  gonePauseMs: number;
  /** The last piece that brought nothing: others have their turn before it is asked for again. */
  after: { boot: number; seq: number } | null;
  /** Its latest message that was new: a backlog that comes by itself is not asked for. */
  heard: { boot: number; at: number } | null;
  timer: Timer | null;
}

export function newCase(
  hall: string,
  device: string,
  { conn, pauseMs, gonePauseMs }: Pick<RepairCase, 'conn' | 'pauseMs' | 'gonePauseMs'>,
): RepairCase {
  return { hall, device, conn, ask: null, pauseMs, gonePauseMs, after: null, heard: null, timer: null };
}

/**
 * What to ask for next: the start of the first gap behind `after`, or of the first of all, `largest` messages at most. The
 * oldest comes first, because a device forgets that first. Null when there is no gap.
 */
export function nextPiece(
  gaps: readonly Gap[],
  after: { boot: number; seq: number } | null,
  largest: number,
): Gap | null {
  const at = after === null ? -1 : gaps.findIndex(({ boot, to }) => boot === after.boot && to >= after.seq);
  const piece = gaps[at];
  const gap = piece && after && piece.to > after.seq ? piece : (gaps[at + 1] ?? gaps[0]);
  if (!gap) return null;
  const from = after?.boot === gap.boot && gap.to > after.seq ? Math.max(gap.from, after.seq + 1) : gap.from;
  return { ...gap, from, to: Math.min(gap.to, from + largest - 1) };
}
