import type { TicketEvent } from '../../server/contracts/names.ts';
import type { DeskStep, HallEvent, TicketStep } from '../model/hall-event.ts';
import type { DeviceMessage, Sequence } from './sequenced.ts';

const ticketWords: Record<TicketStep['kind'], TicketEvent> = {
  issue: 'issued',
  call: 'called',
  recall: 'recalled',
  start: 'started',
  finish: 'finished',
  'no-show': 'no-show',
  cancel: 'cancelled',
  transfer: 'transferred',
};
const deskWords = { 'desk-open': 'desk-opened', 'desk-pause': 'desk-paused', 'desk-close': 'desk-closed' } as const;

/** What one queue machine tells of a day: the tickets it printed, their ratings, and the desks that report through it. */
export function queueMessages(
  machine: string,
  sequence: Sequence<'queue'>,
  events: readonly HallEvent[],
): DeviceMessage[] {
  for (const event of events) {
    if (!('machine' in event) || event.machine !== machine) continue;
    if (event.kind === 'rate') sequence.add(event.at, { event: 'rated', ticket: event.ticket, score: event.score });
    else if (isDeskStep(event)) {
      const { desk, reason, until } = event;
      sequence.add(event.at, { event: deskWords[event.kind], desk, reason, until });
    } else {
      const { ticket, service, tier, priority, appointment, desk, item, toService } = event;
      const word = ticketWords[event.kind];
      sequence.add(event.at, { event: word, ticket, service, tier, priority, appointment, desk, item, toService });
    }
  }
  return sequence.messages;
}

function isDeskStep(event: TicketStep | DeskStep): event is DeskStep {
  return event.kind in deskWords;
}
