// Tells history of each transition of an alert: from the register, by position. A point's identity is its transition's, so one that is
// put again after a crash lies over itself.
import type { Alert, Transition } from '../contracts/alerts.ts';
import type { Logger } from '../log.ts';
import type { Outbox } from './outbox.ts';
import type { Point } from './points.ts';

interface Told {
  alert: Alert;
  transition: Transition;
}

interface Parts {
  register: { untold(limit: number): Told[]; told(transition: number): void };
  outbox: Outbox;
  log: Logger;
  simulated: boolean;
}

const atOnce = 500;
/** What is about no hall stands under this, which no hall can be called. */
const noHall = '_system';

/** Answers what puts all that history wasn't told of yet. That never throws: what can't be put now is put with the next. */
export function alertFeed({ register, outbox, log, simulated }: Parts): () => void {
  let isFailing = false;
  return () => {
    try {
      for (let some = register.untold(atOnce); some.length > 0; some = register.untold(atOnce)) {
        outbox.put(
          some.map((one) => alertPoint(one, simulated)),
          outbox.position,
        );
        register.told(some.at(-1)?.transition.id ?? 0);
      }
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.error({ error: String(error) }, 'history not told of alerts');
      isFailing = true;
    }
  };
}

function alertPoint({ alert, transition }: Told, simulated: boolean): Point {
  return {
    measurement: 'alert',
    tags: { hall: alert.hall ?? noHall, rule: alert.rule },
    at: transition.at * 1_000 + (transition.id % 1_000),
    fields: {
      alert: alert.id,
      what: transition.what,
      subject: `${alert.subject.kind}:${alert.subject.id}`,
      severity: transition.severity,
      state: transition.state,
      actor: transition.actor?.name,
      simulated,
    },
  };
}
