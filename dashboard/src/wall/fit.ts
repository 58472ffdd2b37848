// Nobody scrolls a wall: where a hall has more to show than its screen has room for, all of it becomes smaller.

const step = 0.05;
/** Below that, letters would be too small to be read from where people stand. */
const least = 0.65;
const wide = '(min-width: 1100px) and (min-aspect-ratio: 5 / 4)';

/** Keeps the wall within its screen until the returned function is called. It only becomes smaller: it doesn't jump to and fro. */
export function keepFitting(wall: HTMLElement): () => void {
  let fit = 1;
  const apply = (next: number) => {
    fit = next;
    document.documentElement.style.setProperty('--fit', next.toFixed(2));
  };
  const check = () => {
    const isHigher = matchMedia(wide).matches && wall.offsetHeight > innerHeight + 1;
    if (isHigher && fit > least) apply(fit - step);
  };
  const observer = new ResizeObserver(() => requestAnimationFrame(check));
  const start = () => apply(1);
  observer.observe(wall);
  addEventListener('resize', start);
  start();
  return () => {
    observer.disconnect();
    removeEventListener('resize', start);
  };
}
