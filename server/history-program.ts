// `npm run history -- COMMAND`: what is done with history besides running a server. One file a command.
import './node-version.ts';
import { HallwatchError, oneLine } from './errors.ts';
import type { Command } from './history-commands/command.ts';
import { copy } from './history-commands/copy.ts';
import { rollup } from './history-commands/rollup.ts';
import { size } from './history-commands/size.ts';

const commands: Record<string, Command> = { size, copy, rollup };

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
  const known = Object.values(commands).map(({ usage, about }) => `  ${usage}\n      ${about}`);
  process.stderr.write(`npm run history -- COMMAND, one of:\n${known.join('\n')}\n`);
  process.exit(2);
}
try {
  await command.run({ args, env: process.env, say: (line) => process.stdout.write(`${line}\n`) });
} catch (error) {
  process.stderr.write(`${oneLine(error)}\n`);
  process.exit(error instanceof HallwatchError ? error.exit : 1);
}
