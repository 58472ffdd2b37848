// After a copy: asks the target what it holds now, and says what was refused.
import { HallwatchError } from '../errors.ts';
import { definitionOf, measurementNames } from '../history/catalogue.ts';
import type { CopyParts } from '../history/copying/copy.ts';
import { countValues } from '../history/copying/count.ts';
import type { Given } from './command.ts';
import { grouped } from './command.ts';

/** Says a line a measurement; throws `history-incomplete` when the target holds fewer values than it took. */
export async function verify(
  { source, target, progress }: Pick<CopyParts, 'source' | 'target' | 'progress'>,
  say: Given['say'],
): Promise<void> {
  const short: string[] = [];
  for (const name of measurementNames) {
    const copied = progress.copied[name];
    if (!copied || copied.points === 0) continue;
    const place = definitionOf(name).tags[0] ?? 'hall';
    const places = [...new Set(source.series(name).map(({ tags }) => tags[place] ?? ''))];
    const there = await countValues(target, name, { ...copied, places });
    const missing = Object.entries(copied.values).filter(([field, count]) => (there[field] ?? 0) < count);
    const values = Object.values(copied.values).reduce((a, b) => a + b, 0);
    const found = Object.keys(copied.values).reduce((sum, field) => sum + (there[field] ?? 0), 0);
    const more = found > values ? `, ${grouped(found - values)} more than were copied` : '';
    say(
      `${name}: ${grouped(copied.points)} points copied; ${grouped(found)} values there of ${grouped(values)}${more}`,
    );
    if (missing.length > 0) short.push(`${name} (${missing.map(([field]) => field).join(', ')})`);
  }
  for (const { measurement, reason, count, example } of progress.refused) {
    say(`${measurement}: ${grouped(count)} points refused: ${reason} (such as ${example})`);
  }
  if (short.length === 0) {
    say(progress.refused.length === 0 ? 'complete: everything is there' : 'complete but for the points refused');
    return;
  }
  throw new HallwatchError('history-incomplete', {
    what: `fewer values are there than were taken: ${short.join('; ')}`,
    fix: 'see whether something deletes there; then copy once more with --again',
  });
}
