const longestMs = 4;

/** Works that wait to go on. One a turn of the event loop: a hundred of them together take no longer from it than one. */
const waiting: (() => void)[] = [];

/** Resolves in a later turn, when those that wait already had theirs. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  waiting.shift()?.();
  // An immediate of an immediate comes after whatever else there was to read.
  if (waiting.length > 0) setImmediate(goOn);
}

/** Lets messages through between pieces of long work. */
export class Breath {
  #until = performance.now() + longestMs;

  async ifDue(): Promise<void> {
    if (performance.now() < this.#until) return;
    await nextTurn();
    this.#until = performance.now() + longestMs;
  }
}
