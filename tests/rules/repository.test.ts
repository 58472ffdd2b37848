// Habits that a machine can keep for us.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../server/errors.ts';
import { sourceFiles } from '../support/source-files.ts';

const code = sourceFiles().filter((file) => /\.(ts|svelte|css)$/.test(file));

describe('the repository', () => {
  it('has no file of code over 400 lines', () => {
    const long = code
      .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });

  it('relative imports of TypeScript end in .ts, so that plain node runs them', () => {
    const bare = code
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, to]) => `${file}: ${to}`),
      )
      .filter((line) => !/\.(ts|svelte|json|css)$/.test(line));
    expect(bare).toEqual([]);
  });

  it('every error code is explained in docs/errors.md, and every explained one exists', () => {
    const explained = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(
      ([, name]) => name,
    );
    expect(explained.sort()).toEqual(Object.keys(errorCodes).sort());
  });

  it('every file in docs and the README has no dead link to a file', () => {
    const dead = sourceFiles()
      .filter((file) => file.endsWith('.md'))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to]) => ({
          file,
          to: to ?? '',
        })),
      )
      .filter(({ file, to }) => !sourceFiles().includes(new URL(to, `file:///${file}`).pathname.slice(1)));
    expect(dead).toEqual([]);
  });
});
