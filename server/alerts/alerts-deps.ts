// What alerts are made of: who they ask, and whom they tell.
import type { Clock } from '../clock.ts';
import type { Alert } from '../contracts/alerts.ts';
import type { IngestState } from '../contracts/names.ts';
import type { StandardsFile } from '../contracts/registry.ts';
import type { Halls } from '../hall/halls.ts';
import type { Logger } from '../log.ts';
import type { NoticesOf } from './register.ts';
import type { SystemState } from './rule.ts';

export interface AlertsDeps {
  folder: string;
  clock: Clock;
  log: Logger;
  halls: Halls;
  /** The standards in force; null before there are any. */
  standards: () => StandardsFile | null;
  /** The halls are at the head of the journal. */
  isAtHead: () => boolean;
  /** How messages come in. */
  ingest: () => IngestState;
  system: () => SystemState;
  /** Hears of each alert as it changes. */
  emit: (alert: Alert) => void;
  /** Hears of halls whose picture changed by that. */
  changed: (hall: string) => void;
  notices: NoticesOf;
  /** Called when something was written down that others are to hear of, and every few seconds. */
  kept: () => void;
}
