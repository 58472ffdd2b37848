import type { WriteStream } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { HallEvent } from './model/hall-event.ts';
import { UserError } from './user-error.ts';

/** The truth of a run as JSON lines: what really happened, beside what the sensors reported. */
export class TruthFile {
  readonly #stream: WriteStream;

  private constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Starts the file anew: a run begins with the whole day so far. */
  static async open(path: string): Promise<TruthFile> {
    const stream = createWriteStream(path);
    await new Promise((resolve, reject) => {
      stream.once('open', resolve);
      stream.once('error', reject);
    }).catch((error: NodeJS.ErrnoException) => {
      throw new UserError(`can't write ${path} (${error.code}): name another file after --truth`, 1);
    });
    stream.on('error', (error) => process.stderr.write(`simulator: the truth file stopped: ${error.message}\n`));
    return new TruthFile(stream);
  }

  write(hall: string, { at, kind, ...rest }: HallEvent): void {
    this.#stream.write(`${JSON.stringify({ at, hall, kind, ...rest })}\n`);
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream).catch(() => {});
  }
}
