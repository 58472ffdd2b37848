// What is said while a past is told.
const sayEveryMs = 2_000;

const grouped = (count: number) => count.toLocaleString('en-US');

export class Progress {
  readonly counts = new Map<string, number>();
  points = 0;
  readonly refused = new Map<string, number>();
  readonly #total: number;
  readonly #say: (line: string) => void;
  readonly #began = performance.now();
  #saidAt = performance.now();
  #done = 0;
  #taught = 0;

  /** `total`: days of halls that are to be told. */
  constructor(total: number, say: (line: string) => void) {
    this.#total = total;
    this.#say = say;
  }

  dayDone(): void {
    this.#done++;
    this.#maybe(() => `${grouped(this.#done)} of ${grouped(this.#total)} days of halls: ${this.#pointsText()}`);
  }

  waiting(points: number): void {
    this.#maybe(() => `all is told; ${grouped(points)} points wait for the store, then regions are rolled up`);
  }

  add(points: readonly { measurement: string }[]): void {
    for (const { measurement } of points) this.counts.set(measurement, (this.counts.get(measurement) ?? 0) + 1);
  }

  took({ taken, refused }: { taken: number; refused: readonly { reason: string; count: number }[] }): void {
    this.points += taken;
    for (const { reason, count } of refused) this.refused.set(reason, (this.refused.get(reason) ?? 0) + count);
  }

  taught({ taught }: { taught: boolean }): void {
    if (taught) this.#taught++;
  }

  /** The last lines: in all, by measurement, and what was refused. */
  lines(): string[] {
    const counts = [...this.counts].map(([name, count]) => `${name} ${grouped(count)}`).join(', ');
    const halls = `${grouped(this.#taught)} ${this.#taught === 1 ? 'hall foretells' : 'halls foretell'} waits by what that taught`;
    const refused = [...this.refused].map(([reason, count]) => `${grouped(count)} points left out: ${reason}`);
    const seconds = Math.round((performance.now() - this.#began) / 1_000);
    const head = `The past is there: ${grouped(this.#done)} days of halls, ${this.#pointsText()}, in ${seconds} s`;
    return [
      head,
      ...(counts ? [`  ${counts}`] : []),
      ...(this.#taught > 0 ? [`  ${halls}`] : []),
      ...refused.map((line) => `  ${line}`),
    ];
  }

  /** As far as it came, for one that was ended. */
  get soFar(): string {
    return `${grouped(this.#done)} of ${grouped(this.#total)} days of halls are there`;
  }

  #pointsText(): string {
    const seconds = (performance.now() - this.#began) / 1_000;
    return `${grouped(this.points)} points, ${grouped(Math.round(this.points / Math.max(seconds, 0.001)))} a second`;
  }

  #maybe(text: () => string): void {
    if (performance.now() - this.#saidAt < sayEveryMs) return;
    this.#saidAt = performance.now();
    this.#say(text());
  }
}
