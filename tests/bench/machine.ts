import { cpus, totalmem } from 'node:os';

/** What the figures were taken on, in one line. */
export function machine(): string {
  const [cpu] = cpus();
  const { node, v8 } = process.versions;
  return `${cpus().length} x ${cpu?.model ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${node}, V8 ${v8}`;
}
