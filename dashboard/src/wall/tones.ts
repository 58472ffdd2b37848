/** How a thing shows itself: `off` is grey, `unknown` is hatched, and neither may look well. */
export type Tone = 'plain' | 'ok' | 'accent' | 'care' | 'late' | 'off' | 'unknown';
