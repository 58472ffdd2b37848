import { existsSync } from 'node:fs';
import type { Program } from '../../support/needs.ts';
import { pathOf } from '../../support/needs.ts';

/** Those of the programs that aren't installed here. */
export function missingPrograms(needed: readonly Program[]): Program[] {
  return needed.filter((program) => !existsSync(pathOf(program)));
}
