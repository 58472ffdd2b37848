/** Halls a query: InfluxDB is asked by address, and proxies take 8 KB of that. */
const hallsAtOnce = 50;

/** The halls in pieces that one query may ask about. */
export function inQueries(halls: readonly string[]): string[][] {
  const count = Math.ceil(halls.length / hallsAtOnce);
  return Array.from({ length: count }, (_, i) => halls.slice(i * hallsAtOnce, (i + 1) * hallsAtOnce));
}
