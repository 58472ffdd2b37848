// `npm run verify`: types, screens, lint, borders, unused code, regular expressions, licences. Each step names itself; all run, then it fails.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const planted = join('dashboard', 'src', 'wall', 'PlantedError.svelte');

function run(command: string, args: string[]): { ok: boolean; said: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { ok: status === 0, said: `${stdout}${stderr}` };
}

const script = (name: string) => run('npm', ['run', '--silent', name]);
const svelteCheck = () => script('check:svelte');

/** svelte-check has passed without looking in other projects: a planted error must be found. */
function plantedErrorIsFound(): { ok: boolean; said: string } {
  writeFileSync(planted, '<script lang="ts">\n  const wrong: number = "text";\n</script>\n\n{wrong}\n');
  try {
    const { ok, said } = svelteCheck();
    return {
      ok: !ok && said.includes('PlantedError.svelte'),
      said: `a planted type error was ${ok ? 'not ' : ''}found\n`,
    };
  } finally {
    rmSync(planted);
  }
}

/** docker-compose reads docker-compose.yml without an engine; a file with a fault must be refused, or it looks at nothing. */
function composeFile(): { ok: boolean; said: string } {
  const check = (file: string) => run('docker-compose', ['-f', file, 'config', '-q']);
  if (spawnSync('docker-compose', ['--version']).error) {
    return {
      ok: process.env.CI !== 'true',
      said: 'not checked: apt-get install --no-install-recommends docker-compose\n',
    };
  }
  const shipped = check('docker-compose.yml');
  const broken = join('deploy', 'planted-fault.yml');
  writeFileSync(broken, readFileSync('docker-compose.yml', 'utf8').replace(/^ {4}ports:$/m, '    prots:'));
  try {
    const isRefused = !check(broken).ok;
    return {
      ok: shipped.ok && isRefused,
      said: shipped.said || `a planted fault was ${isRefused ? '' : 'not '}found\n`,
    };
  } finally {
    rmSync(broken);
  }
}

const allowedLicences = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'MPL-2.0',
  'CC0-1.0',
  'Unlicense',
  'BlueOak-1.0.0',
  'Python-2.0',
  'MIT-0',
]);

/** Every package we install has a licence that we may ship with; prints the list by licence. */
function licences(): { ok: boolean; said: string } {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { license?: string }>;
  };
  const byLicence = new Map<string, string[]>();
  for (const [path, { license }] of Object.entries(lock.packages)) {
    const name = path.split('node_modules/').at(-1);
    if (!name) continue;
    const licence = license ?? licenceOf(path);
    byLicence.set(licence, [...(byLicence.get(licence) ?? []), name]);
  }
  const isAllowed = (licence: string) =>
    licence
      .replaceAll(/[()]/g, '')
      .split(/ (?:OR|AND) /)
      .some((one) => allowedLicences.has(one));
  const refused = [...byLicence].filter(([licence]) => !isAllowed(licence));
  const list = [...byLicence].map(([licence, names]) => `  ${licence}: ${names.length}`).join('\n');
  return {
    ok: refused.length === 0,
    said: `${list}\n${refused.map(([licence, names]) => `not allowed: ${licence} (${names.join(', ')})\n`).join('')}`,
  };
}

/** The old form, a list, is still met. */
interface Licensed {
  license?: string;
  licenses?: { type: string }[];
}

function licenceOf(path: string): string {
  try {
    const { license, licenses } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Licensed;
    return license ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'none';
  } catch {
    // Optional packages of other platforms are in the lock file and not on this machine.
    return 'MIT';
  }
}

const steps: Record<string, () => { ok: boolean; said: string }> = {
  'types of server, simulator and tests': () => script('check:types'),
  'types of the screens': svelteCheck,
  'the screens are really checked': plantedErrorIsFound,
  'lint and format': () => script('check:lint'),
  'borders and habits': () => run('npm', ['test', '--silent', '--', 'tests/rules']),
  'unused files, exports and packages': () => script('check:unused'),
  'regular expressions are linear': () => run(process.execPath, ['tests/support/check-patterns.ts']),
  'config samples': () => run(process.execPath, ['server/check-config.ts']),
  'docker-compose.yml': composeFile,
  licences,
};

let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  const { ok, said } = step();
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (!ok || name === 'licences') process.stdout.write(said);
  if (!ok) failed++;
}
process.stdout.write(failed === 0 ? 'verified\n' : `${failed} of ${Object.keys(steps).length} steps failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
