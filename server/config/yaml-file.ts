import { readFile, stat } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Document } from 'yaml';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { lostLetters, textOf } from '../contracts/utf8.ts';
import type { ParsedFiles } from './parsed-files.ts';
import type { Path } from './schema-faults.ts';
import { schemaFaults } from './schema-faults.ts';

/** One thing wrong with a config folder: where, what, and what to write instead. */
export interface ConfigFault {
  file: string;
  line: number | null;
  /** Path inside the file, such as `desks[2].serves[0]`; empty for the whole file. */
  path: string;
  what: string;
  fix: string;
}

/** A parsed file: `value` when its shape is right, and `raw`, whatever stands in it, to look for further faults. */
export interface YamlFile<T> {
  file: string;
  value: T | null;
  raw: unknown;
  faults: ConfigFault[];
  /** Makes a fault that points at a place in this file. */
  fault(path: Path, what: string, fix: string): ConfigFault;
}

/**
 * Reads and checks one YAML file; everything wrong with it comes back as faults, nothing is thrown. What `parsed` knows already is
 * only checked.
 */
export async function readYaml<T extends TSchema>(
  path: string,
  file: string,
  schema: T,
  parsed?: ParsedFiles,
): Promise<YamlFile<Static<T>>> {
  const read = await readSource(path);
  if (read.text === null) {
    const { line, what, fix } = read.fault;
    const fault = (at: Path, said: string, todo: string) => ({ file, line, path: pathText(at), what: said, fix: todo });
    return { file, value: null, raw: null, faults: [fault([], what, fix)], fault };
  }
  const { text } = read;
  const written = new Written(text);
  const fault = (at: Path, what: string, fix: string): ConfigFault => ({
    file,
    line: written.lineOf(at),
    path: pathText(at),
    what,
    fix,
  });
  const value = parsed ? parsed.get(text, () => written.value) : written.value;
  if (value === null) {
    const faults: ConfigFault[] = written.errors.map(({ line, message, code }) => ({
      file,
      line,
      path: '',
      what: `isn't YAML: ${message}`,
      fix: yamlFixes[code] ?? 'mend the indentation, quotes or brackets there',
    }));
    if (faults.length === 0)
      faults.push(fault([], `can't be read: ${written.problem}`, 'write it out without anchors and aliases'));
    return { file, value: null, raw: null, faults, fault };
  }
  const validator = compiled(schema);
  if (validator.Check(value)) return { file, value, raw: value, faults: [], fault };
  const found = schemaFaults(schema, value, validator.Errors(value));
  const faults = found.slice(0, mostFaults).map(({ path: at, what, fix }) => fault(at, what, fix));
  if (found.length > mostFaults) {
    const more = `has ${found.length - mostFaults} more faults`;
    faults.push({ file, line: null, path: '', what: more, fix: 'mend those above first' });
  }
  return { file, value: null, raw: value, faults, fault };
}

/** A file of 2,000 desks has a quarter of that. */
const mostBytes = 1_048_576;

type Source = { text: string } | { text: null; fault: Pick<ConfigFault, 'line' | 'what' | 'fix'> };

async function readSource(path: string): Promise<Source> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) return { text: null, fault: tooLarge };
    const { text, fault } = textOf(await readFile(path));
    if (text === null) return { text, fault };
    const lost = lostLetters(text);
    return lost ? { text: null, fault: lost } : { text };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const fix = unreadable[code] ?? 'give whoever runs Hallwatch the right to read it';
    return { text: null, fault: { line: null, what: `can't be read (${code})`, fix } };
  }
}

const tooLarge = {
  line: null,
  what: 'is too large',
  fix: `a config file has ${mostBytes / 1_048_576} MB at most: see what is in it`,
};
const unreadable: Record<string, string> = {
  ENOENT: 'create it, or point HALLWATCH_CONFIG at another folder',
  EISDIR: 'put a file there, not a folder',
};

/** The text of a file, read as YAML when somebody asks. */
class Written {
  readonly #text: string;
  readonly #lines = new LineCounter();
  #document: Document.Parsed | null = null;
  /** Aliases that lead nowhere, to themselves or to far too much only show when it is made values of. */
  problem: string | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** Null for what goes in so deep that no parser follows: see `problem`. */
  get #read(): Document.Parsed | null {
    if (this.problem !== null) return this.#document;
    try {
      this.#document ??= parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false });
    } catch (error) {
      this.problem = error instanceof RangeError ? 'brackets within brackets without end' : String(error);
    }
    return this.#document;
  }

  get errors(): { line: number; message: string | undefined; code: string }[] {
    // One slip can make every later line one: the first ones tell.
    const errors = this.#read?.errors.slice(0, mostErrors) ?? [];
    return errors.map(({ pos, message, code }) => ({
      line: this.#lines.linePos(pos[0]).line,
      message: message.split('\n')[0],
      code,
    }));
  }

  /** What it holds; null when that can't be said: see `errors` and `problem`. */
  get value(): unknown {
    const document = this.#read;
    if (!document || document.errors.length > 0) return null;
    try {
      return document.toJS() ?? {};
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      return null;
    }
  }

  /** The line on which what stands at `path` begins, or the nearest that holds it. */
  lineOf(path: Path): number | null {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = this.#nodeAt(path.slice(0, depth));
      if (isNode(node) && node.range) return this.#lines.linePos(node.range[0]).line;
    }
    return null;
  }

  /** Null where the way leads over an alias, and where there is nothing. */
  #nodeAt(path: Path): unknown {
    try {
      return this.#read?.getIn(path, true) ?? null;
    } catch {
      return null;
    }
  }
}

const mostErrors = 20;
/** Of one file's shape: a wrong file may be wrong in each of its lines. */
const mostFaults = 100;
/** By the parser's code; what isn't here is said in general. */
const yamlFixes: Record<string, string> = {
  DUPLICATE_KEY: 'the same key stands twice at this place: remove one, or put both into one list',
  TAB_AS_INDENT: 'indent with spaces: YAML takes no tabs',
};

const validators = new WeakMap<TSchema, object>();

/** Made once for a schema: a province has a file for each of 2,000 halls. */
function compiled<T extends TSchema>(schema: T) {
  return validators.getOrInsertComputed(schema, () => Compile(schema)) as ReturnType<typeof Compile<T>>;
}

function pathText(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

/** `config/halls/a.yaml:12 desks[2].zone: what; fix`. */
export function faultLine(fault: ConfigFault): string {
  const line = fault.line === null ? '' : `:${fault.line}`;
  const path = fault.path ? ` ${fault.path}` : '';
  return `${fault.file}${line}${path}: ${fault.what}; ${fault.fix}`;
}
