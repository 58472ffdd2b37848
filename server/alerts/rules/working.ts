// Whether customers can use a terminal now, for the rules that count those.
import { hoursOf } from '../../config/hall-config.ts';
import type { HallContext } from '../rule.ts';

/** A machine that is switched on with its zone gets so long to come up. */
const comesUpMs = 5 * 60_000;

type Working = 'works' | 'broken' | 'off' | 'unknown';

/** `off`: its zone is closed. `unknown`: it was not heard, or its zone opened just now. */
export function workingOf({ config, terminals, device, now }: HallContext, id: string): Working {
  const entry = config.devices.get(id);
  const terminal = terminals().find((one) => one.id === id);
  if (!entry || !terminal) return 'unknown';
  const { open, since } = hoursOf(config, entry).state(now);
  if (!open) return 'off';
  const { online } = device(id).live;
  const { state, severity } = terminal;
  if (online === true && state !== null)
    return severity !== 'fault' && state !== 'supervisor' && state !== 'out-of-service' ? 'works' : 'broken';
  if (online !== false) return 'unknown';
  return since !== null && now < since + comesUpMs ? 'unknown' : 'broken';
}
