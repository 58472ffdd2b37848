/** Something that the person at the command line can put right: shown as one line, without a stack. */
export class UserError extends Error {
  readonly exitCode: number;

  /** `exitCode` is 2 for a wrong option or setting, 1 for a file or a broker that isn't as it must be. */
  constructor(message: string, exitCode = 2) {
    super(message);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}

/** Runs a command line: a UserError becomes one line on stderr and its exit code. */
export async function runCommand(name: string, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
