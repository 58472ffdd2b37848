// What this page asks the server. Each answers in time or rejects with a Failure.
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { QuarantineEntry, RetryAnswer } from '../../../server/contracts/http.ts';
import { ask } from '../live/ask.ts';

/** What is shown at once; filters lead to the rest. */
export const shownAtMost = 200;

export interface Filter {
  reason: string;
  hall: string;
}

export async function fetchEntries({ reason, hall }: Filter): Promise<QuarantineEntry[]> {
  const query = new URLSearchParams({ limit: String(shownAtMost) });
  if (reason) query.set('reason', reason);
  if (hall) query.set('hall', hall);
  return (await ask(`/api/quarantine?${query}`)) as QuarantineEntry[];
}

export async function sendRetry(id: number): Promise<RetryAnswer> {
  return (await ask(`/api/quarantine/${id}/retry`, { method: 'POST' })) as RetryAnswer;
}

/** The server's time, epoch ms (a demo has a clock of its own), and whether its data are simulated: any hall tells. */
export async function fetchMoment(hall: string): Promise<{ at: number; simulated: boolean }> {
  return (await ask(`/api/halls/${encodeURIComponent(hall)}`)) as HallLive;
}
