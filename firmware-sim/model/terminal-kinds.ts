import type { terminalTypes } from '../../server/contracts/names.ts';
import type { StockFault } from './fault-kinds.ts';

type TerminalType = (typeof terminalTypes)[number];

interface TerminalSpec {
  /** Minutes that one use takes, on average. */
  useMin: number;
  /** Customers an hour at the top of the day for a task that no desk has a service for. */
  perHour: number;
  /** Percent of each supply that one use takes; it needs those that are `vital`. */
  takes: Partial<Record<Supply, number>>;
  vital: readonly Supply[];
}

export type Supply = 'paper' | 'toner' | 'cards';

export const terminalSpecs: Record<TerminalType, TerminalSpec> = {
  'payment-kiosk': { useMin: 2.2, perHour: 8, takes: { paper: 0.7 }, vital: [] },
  'query-kiosk': { useMin: 2.5, perHour: 7, takes: {}, vital: [] },
  'sim-vending': { useMin: 5, perHour: 3, takes: { cards: 1.5 }, vital: ['cards'] },
  'statement-printer': { useMin: 2.6, perHour: 6, takes: { paper: 1.6, toner: 0.25 }, vital: ['paper', 'toner'] },
  'invoice-printer': { useMin: 1.6, perHour: 6, takes: { paper: 1, toner: 0.15 }, vital: ['paper', 'toner'] },
  'online-pc': { useMin: 9, perHour: 3, takes: {}, vital: [] },
  'experience-terminal': { useMin: 6, perHour: 4, takes: {}, vital: [] },
};

export const stockFaultOf: Record<Supply, StockFault> = {
  paper: 'paper-out',
  toner: 'toner-out',
  cards: 'cards-out',
};

/** Percent of the cash unit that one payment in cash fills. */
export const cashPerUse = 2.2;
/** A supply at most this full is low, and a cash unit at least `highAt` full is high. Percent. */
export const lowAt = 15;
export const highAt = 80;
