// Every rule there is. wait-forecast has none yet: it will follow the estimates' advice.
import type { HallRule, SystemRule } from '../rule.ts';
import { deviceOffline } from './device-offline.ts';
import { historyDelayed } from './history-delayed.ts';
import { terminalFault } from './terminal-fault.ts';
import { terminalOffline } from './terminal-offline.ts';
import { waitLimit } from './wait-limit.ts';

export const hallRules: readonly HallRule[] = [deviceOffline, terminalFault, terminalOffline, waitLimit];
export const systemRules: readonly SystemRule[] = [historyDelayed];
