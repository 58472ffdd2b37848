import { HallwatchError } from '../errors.ts';

/** What a person is told whose deed can't be written down. */
export function notStored(cause: unknown): HallwatchError {
  return new HallwatchError('not-stored', {
    what: 'the alert register can’t be written',
    fix: 'see /readyz; try again when the disk has room',
    cause,
  });
}
