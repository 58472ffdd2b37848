// What config files hold, by their text: a province has thousands, and reading YAML takes most of a start.
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

/** Raised when the same text may come to mean something else. */
const version = 1;

interface Kept {
  version: number;
  files: Record<string, unknown>;
}

export class ParsedFiles {
  readonly #path: string;
  #files: ReadonlyMap<string, unknown>;
  /** Those that were asked for since the last `keep`: what no file holds any more is forgotten. */
  #used = new Map<string, unknown>();
  #isNews = false;

  private constructor(path: string, files: ReadonlyMap<string, unknown>) {
    this.#path = path;
    this.#files = files;
  }

  /** Begins with what an earlier process kept at `path`; with nothing where that can't be read. */
  static async open(path: string): Promise<ParsedFiles> {
    const text = await readFile(path, 'utf8').catch(() => null);
    return new ParsedFiles(path, keptIn(text));
  }

  /** What a text holds, or what `parse` makes of it; null, which isn't kept, for what can't be read. Not to be changed. */
  get(text: string, parse: () => unknown): unknown {
    const name = createHash('sha256').update(text).digest('base64url');
    const known = this.#files.get(name);
    const value = known ?? parse();
    if (value === null) return null;
    if (known === undefined) this.#isNews = true;
    this.#used.set(name, value);
    return value;
  }

  /** Writes down what was asked for, for the next start. Never throws: it can be made again. */
  async keep(): Promise<void> {
    this.#files = this.#used;
    this.#used = new Map();
    if (!this.#isNews) return;
    this.#isNews = false;
    const kept: Kept = { version, files: Object.fromEntries(this.#files) };
    // All of it or nothing: half a file would be read as none.
    const next = `${this.#path}.next`;
    await writeFile(next, JSON.stringify(kept))
      .then(() => rename(next, this.#path))
      .catch(() => {});
  }
}

function keptIn(text: string | null): ReadonlyMap<string, unknown> {
  try {
    const kept = JSON.parse(text ?? '') as Kept;
    return new Map(kept.version === version ? Object.entries(kept.files) : []);
  } catch {
    return new Map();
  }
}
