/** Lets at most `width` through at a time, first come first served: a fleet must not storm its broker. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(width: number) {
    this.#free = width;
  }

  /** Runs `pass` when there is room; the returned function withdraws it, or makes its room free again. */
  enter(pass: () => void): () => void {
    let state: 'waiting' | 'inside' | 'left' = 'waiting';
    const go = () => {
      state = 'inside';
      this.#free -= 1;
      pass();
    };
    const leave = () => {
      if (state === 'inside') this.#free += 1;
      else this.#waiting.splice(this.#waiting.indexOf(go), state === 'waiting' ? 1 : 0);
      state = 'left';
      if (this.#free > 0) this.#waiting.shift()?.();
    };
    if (this.#free > 0) go();
    else this.#waiting.push(go);
    return leave;
  }
}
