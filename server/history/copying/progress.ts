// How far a copy of history is, in a small file: killed at any moment, it goes on from there.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Static } from 'typebox';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { HallwatchError } from '../../errors.ts';

/** Points of a measurement that the target has: `values` counts them by field, times are epoch microseconds. */
const Copied = Type.Object({
  points: Type.Integer(),
  values: Type.Record(Type.String(), Type.Integer()),
  first: Type.Integer(),
  last: Type.Integer(),
});
export type Copied = Static<typeof Copied>;

const Refusal = Type.Object({
  measurement: Type.String(),
  reason: Type.String(),
  count: Type.Integer(),
  /** One of them, in words. */
  example: Type.String(),
});
export type Refusal = Static<typeof Refusal>;

const Progress = Type.Object({
  /** Where to, without user and password, and from which date on: another copy is another thing. */
  to: Type.String(),
  since: Type.Union([Type.String(), Type.Null()]),
  /** The next point to copy: measurement, number of its series, epoch microseconds. Those before it are done. */
  next: Type.Union([
    Type.Object({ measurement: Type.String(), series: Type.Integer(), at: Type.Integer() }),
    Type.Null(),
  ]),
  copied: Type.Record(Type.String(), Copied),
  refused: Type.Array(Refusal),
});
export type Progress = Static<typeof Progress>;
const check = Compile(Progress);

export const newProgress = ({ to, since }: Pick<Progress, 'to' | 'since'>): Progress => ({
  to,
  since,
  next: null,
  copied: {},
  refused: [],
});

export class ProgressFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * What an unfinished copy left; null when there is none, or a power cut spoilt it, since copying again does no harm. Throws
   * `bad-setting` for one of another copy.
   */
  async read(wanted: Pick<Progress, 'to' | 'since'>): Promise<Progress | null> {
    const text = await readFile(this.#path, 'utf8').catch(() => null);
    const progress = text === null ? null : parsed(text);
    if (!progress || (progress.to === wanted.to && progress.since === wanted.since)) return progress;
    const since = progress.since ? ` --since ${progress.since}` : '';
    throw new HallwatchError('bad-setting', {
      what: `${this.#path} belongs to an unfinished copy to ${progress.to}${since}`,
      fix: 'finish that one with the same options, or write --again to forget it',
    });
  }

  /** Whole or not at all, whenever we are killed. */
  async write(progress: Progress): Promise<void> {
    await writeFile(`${this.#path}.new`, JSON.stringify(progress));
    await rename(`${this.#path}.new`, this.#path);
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

function parsed(text: string): Progress | null {
  try {
    const value: unknown = JSON.parse(text);
    return check.Check(value) ? value : null;
  } catch {
    return null;
  }
}
