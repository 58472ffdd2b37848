import type { Halls } from '../../server/hall/halls.ts';
import type { HallState } from '../../server/hall/state.ts';

/** A hall's whole state as text, in the order in which it stands: equal texts are equal states, byte for byte. */
export function stateText(state: HallState): string {
  return JSON.stringify(state, (_key, value: unknown) => {
    if (value instanceof Map) return { map: [...value] };
    return value instanceof Set ? { set: [...value] } : value;
  });
}

/** The states of all halls, by id. */
export function stateTexts(halls: Halls): Record<string, string> {
  return Object.fromEntries([...halls.all()].map(({ hall }) => [hall.config.id, stateText(hall.state)]));
}

/**
 * What the same messages give however often and in whatever order they came: without counts of arrivals, moments of receipt,
 * and what is learned from them.
 */
export function essenceText(state: HallState): string {
  return stateText({
    ...state,
    clocks: new Map(),
    course: new Map(),
    identities: new Map(),
    rev: 0,
    presence: new Map(),
  });
}
