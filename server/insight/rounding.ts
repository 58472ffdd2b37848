/** To hundredths, and from -1 to 1 to ten-thousandths, as shares need: what is beyond is noise. Null stays null. */
export function rounded<T extends number | null>(value: T): T {
  if (value === null) return value;
  const scale = Math.abs(value) <= 1 ? 10_000 : 100;
  return (Math.round(value * scale) / scale) as T;
}
