/** Every code a person or a program can meet. docs/errors.md explains each; a test keeps the two equal. */
export const errorCodes = {
  'bad-setting': { status: 500, exit: 2 },
  'bad-config': { status: 500, exit: 2 },
  'not-loopback': { status: 500, exit: 2 },
  'port-in-use': { status: 500, exit: 2 },
  'data-folder': { status: 500, exit: 2 },
  'data-in-use': { status: 500, exit: 2 },
  'data-newer': { status: 500, exit: 2 },
  'not-stored': { status: 503, exit: 1 },
  'unknown-entry': { status: 404, exit: 1 },
  'unknown-alert': { status: 404, exit: 1 },
  'alert-resolved': { status: 409, exit: 1 },
  'unknown-silence': { status: 404, exit: 1 },
  'not-retryable': { status: 409, exit: 1 },
  'history-away': { status: 503, exit: 1 },
  'history-busy': { status: 503, exit: 1 },
  'history-incomplete': { status: 500, exit: 1 },
  'dashboard-not-built': { status: 503, exit: 2 },
  'not-simulated': { status: 409, exit: 2 },
  'no-server': { status: 503, exit: 1 },
  'simulator-failed': { status: 500, exit: 1 },
  'bad-request': { status: 400, exit: 1 },
  'bad-watch': { status: 400, exit: 1 },
  'unknown-hall': { status: 404, exit: 1 },
  'unknown-region': { status: 404, exit: 1 },
  'not-found': { status: 404, exit: 1 },
  'foreign-host': { status: 421, exit: 1 },
  'foreign-origin': { status: 403, exit: 1 },
  'not-json': { status: 415, exit: 1 },
  'body-too-large': { status: 413, exit: 1 },
  'too-many-requests': { status: 429, exit: 1 },
  internal: { status: 500, exit: 1 },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** What happened and what to do about it, in words for people; `code` for programs. */
export class HallwatchError extends Error {
  override readonly name = 'HallwatchError';
  readonly code: ErrorCode;
  readonly fix: string;

  constructor(code: ErrorCode, { what, fix, cause }: { what: string; fix: string; cause?: unknown }) {
    super(what, { cause });
    this.code = code;
    this.fix = fix;
  }

  /** HTTP status of this error. */
  get status(): number {
    return errorCodes[this.code].status;
  }

  /** What a program that fails with it exits with. */
  get exit(): number {
    return errorCodes[this.code].exit;
  }

  /** The body that HTTP and `watch` answer with. */
  toBody(): { code: ErrorCode; message: string; fix: string } {
    return { code: this.code, message: this.message, fix: this.fix };
  }
}

/** One line for a terminal: `code: what happened; what to do`. */
export function oneLine(error: unknown): string {
  if (error instanceof HallwatchError) return `${error.code}: ${error.message}; ${error.fix}`;
  return error instanceof Error ? `internal: ${error.message}` : `internal: ${String(error)}`;
}
