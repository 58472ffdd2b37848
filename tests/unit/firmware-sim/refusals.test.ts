import { afterAll, describe, expect, test } from 'vitest';
import { endAll, run } from './program.ts';

const queue = ['--queue', 'tests/fixtures/records/bank-1999-02-03.csv', '--day', '1999-02-03', '--hall', 'bank'];
const records = { HALLWATCH_CONFIG: 'tests/fixtures/config' };

afterAll(endAll);

describe('npm run simulate', () => {
  test.concurrent.each([
    [['--speeed', '3'], {}, 2, /^simulator: Unknown option '--speeed': see --help\n$/],
    [[], { HALLWATCH_CLOCK: 'soon' }, 2, /^simulator: HALLWATCH_CLOCK is "soon": write [^\n]+\n$/],
    [['--only', 'nowhere'], {}, 2, /^simulator: no hall "nowhere" in config: [^\n]+\n$/],
    [['--config', '/nowhere'], {}, 1, /^simulator: no halls in \/nowhere\/halls [^\n]+\n$/],
    [['--halls', '9'], {}, 2, /^simulator: --halls is 9, and config has 3: [^\n]+\n$/],
  ])('%j is one clear line', async (args, env, code, line) => {
    const program = run('main.ts', args, env);
    expect(await program.ended).toBe(code);
    expect(program.err()).toMatch(line);
  });
});

describe('npm run replay', () => {
  test.concurrent.each([
    [[...queue, '--hall', 'nowhere'], 2, /^replay: no hall "nowhere" in tests\/fixtures\/config: [^\n]+\n$/],
    [[...queue, '--hall', 'campus'], 2, /^replay: hall campus has no queue machine[^\n]+\n$/],
    [[...queue, '--day', '1999-02-04'], 1, /^replay: the record has nothing of 1999-02-04[^\n]+\n$/],
    [[...queue, '--queue', 'nowhere.csv'], 1, /^replay: can't read nowhere\.csv \(ENOENT\)\n$/],
  ])('%j is one clear line', async (args, code, line) => {
    const program = run('replay/main.ts', args, records);
    expect(await program.ended).toBe(code);
    expect(program.err()).toMatch(line);
  });
});
