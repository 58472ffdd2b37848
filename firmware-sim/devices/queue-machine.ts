import type { TicketEvent } from '../../server/contracts/names.ts';
import type { HallDay } from '../model/hall-day.ts';
import type { DeskStep, HallEvent, TicketStep } from '../model/hall-event.ts';
import type { DeviceMessage } from './sequenced.ts';
import { Sequence } from './sequenced.ts';

const ticketWords: Record<TicketStep['kind'], TicketEvent> = {
  issue: 'issued',
  call: 'called',
  recall: 'recalled',
  start: 'started',
  finish: 'finished',
  'no-show': 'no-show',
  cancel: 'cancelled',
};
const deskWords = { 'desk-open': 'desk-opened', 'desk-pause': 'desk-paused', 'desk-close': 'desk-closed' } as const;

/** What one queue machine tells of a day: the tickets it printed, their ratings, and the desks that report through it. */
export function queueMessages(machine: string, day: HallDay, events: readonly HallEvent[]): DeviceMessage[] {
  const sequence = new Sequence('queue', day.boot);
  for (const event of events) {
    if (!('machine' in event) || event.machine !== machine) continue;
    if (event.kind === 'rate') sequence.add(event.at, { event: 'rated', ticket: event.ticket, score: event.score });
    else if (isDeskStep(event)) {
      const { desk, reason, until } = event;
      sequence.add(event.at, { event: deskWords[event.kind], desk, reason, until });
    } else {
      const { ticket, service, tier, desk } = event;
      sequence.add(event.at, { event: ticketWords[event.kind], ticket, service, tier, desk });
    }
  }
  return sequence.messages;
}

function isDeskStep(event: TicketStep | DeskStep): event is DeskStep {
  return event.kind in deskWords;
}
