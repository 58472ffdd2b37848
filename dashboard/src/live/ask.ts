// A question to the server over HTTP: answered in time, or a Failure.
import type { ErrorBody } from '../../../server/contracts/http.ts';

const answerWithinMs = 8_000;

/** Why there is no answer: `unreachable`, or the code of the server's error. */
export class Failure extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

interface Manner {
  method?: string;
  withinMs?: number;
  /** Sent as JSON. */
  body?: unknown;
}

export async function ask(
  path: string,
  { method = 'GET', withinMs = answerWithinMs, body: said }: Manner = {},
): Promise<unknown> {
  let answer: Response;
  let body: unknown;
  const sent =
    said === undefined ? {} : { body: JSON.stringify(said), headers: { 'content-type': 'application/json' } };
  try {
    answer = await fetch(path, { method, ...sent, signal: AbortSignal.timeout(withinMs) });
    body = await answer.json();
  } catch {
    throw new Failure('unreachable');
  }
  if (!answer.ok) throw new Failure((body as Partial<ErrorBody> | null)?.code ?? 'internal');
  return body;
}

export const codeOf = (error: unknown): string => (error instanceof Failure ? error.code : 'unreachable');
