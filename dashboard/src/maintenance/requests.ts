// What this page asks the server. Each answers in time or rejects with a Failure.
import type {
  Alert,
  AlertAction,
  AlertActionName,
  Silence,
  SilenceRequest,
  Transition,
} from '../../../server/contracts/alerts.ts';
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import { ask } from '../live/ask.ts';

export async function fetchLife(id: string): Promise<readonly Transition[]> {
  return ((await ask(`/api/alerts/${id}`)) as { transitions: Transition[] }).transitions;
}

export async function sendAction(id: string, action: AlertActionName, said: AlertAction): Promise<Alert> {
  return (await ask(`/api/alerts/${id}/${action}`, { method: 'POST', body: said })) as Alert;
}

export async function fetchSilences(): Promise<readonly Silence[]> {
  return (await ask('/api/silences')) as Silence[];
}

/** `to`: epoch ms of the server's clock. */
export async function sendSilence(said: SilenceRequest): Promise<Silence> {
  return (await ask('/api/silences', { method: 'POST', body: said })) as Silence;
}

export async function sendSilenceEnd(id: string): Promise<Silence> {
  return (await ask(`/api/silences/${id}/end`, { method: 'POST' })) as Silence;
}

/** Whether the server's data are simulated: any hall tells. */
export async function fetchSimulated(hall: string): Promise<boolean> {
  return ((await ask(`/api/halls/${encodeURIComponent(hall)}`)) as HallLive).simulated;
}
