import type { Logger } from 'pino';
import { pino } from 'pino';

export type { Logger };

/** The server's log: JSON lines on stderr, so that stdout stays for people. `LOG_LEVEL` as pino names them. */
export function makeLog(level: string = process.env.LOG_LEVEL ?? 'info'): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
