import type { Outcomes } from './outcomes.ts';
import type { Quarantine } from './quarantine.ts';

const hourMs = 3_600_000;
const s = (n: number) => (n === 1 ? '' : 's');

/** What /readyz says of quarantine; null when all was read within the last hour and what isn't can be kept. */
export function quarantineTrouble(parts: { quarantine: Quarantine; outcomes: Outcomes }, now: number): string | null {
  const { quarantine, outcomes } = parts;
  if (outcomes.trouble) return `quarantine: can't be written (${outcomes.trouble}); what is refused waits in memory`;
  try {
    const { messages, devices, isAtLeast } = quarantine.recent(now - hourMs);
    if (messages === 0) return null;
    const many = `${isAtLeast ? 'at least ' : ''}${messages} message${s(messages)} of ${devices} device${s(devices)}`;
    return `quarantine: ${many} in the last hour could not be read: see /quarantine`;
  } catch (error) {
    return `quarantine: can't be read (${error instanceof Error ? error.message : String(error)})`;
  }
}
