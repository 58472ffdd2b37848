// What is known of one hall: its state, and the indexes derived from it.
import type { HallConfig } from '../config/hall-config.ts';
import type { Ledger } from './ledger.ts';
import type { HallState } from './state.ts';
import type { TerminalBook } from './terminal-book.ts';

export interface Books {
  state: HallState;
  config: HallConfig;
  ledger: Ledger;
  terminals: TerminalBook;
}
