// Every rule there is.
import type { HallRule, SystemRule } from '../rule.ts';
import { clockWrong } from './clock-wrong.ts';
import { countDrift } from './count-drift.ts';
import { crowded } from './crowded.ts';
import { customerStuck } from './customer-stuck.ts';
import { dataMissing, journalTrouble } from './data-missing.ts';
import { dataUnreadable } from './data-unreadable.ts';
import { deviceOffline } from './device-offline.ts';
import { deviceSilent } from './device-silent.ts';
import { historyDelayed } from './history-delayed.ts';
import { journey } from './journey.ts';
import { longTransaction } from './long-transaction.ts';
import { openingCheck } from './opening-check.ts';
import { pausedDesk } from './paused-desk.ts';
import { selfServiceMinimum } from './self-service-minimum.ts';
import { stockLow } from './stock-low.ts';
import { systemDown } from './system-down.ts';
import { terminalFailing } from './terminal-failing.ts';
import { terminalFault } from './terminal-fault.ts';
import { terminalOffline } from './terminal-offline.ts';
import { terminalSilent } from './terminal-silent.ts';
import { waitCare } from './wait-care.ts';
import { waitForecast } from './wait-forecast.ts';
import { waitLimit } from './wait-limit.ts';

export const hallRules: readonly HallRule[] = [
  waitCare,
  waitLimit,
  waitForecast,
  longTransaction,
  crowded,
  pausedDesk,
  terminalFault,
  terminalOffline,
  stockLow,
  terminalFailing,
  terminalSilent,
  customerStuck,
  selfServiceMinimum,
  journey,
  systemDown,
  deviceOffline,
  deviceSilent,
  countDrift,
  clockWrong,
  dataMissing,
  dataUnreadable,
  openingCheck,
];
export const systemRules: readonly SystemRule[] = [journalTrouble, historyDelayed];
