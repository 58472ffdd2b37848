import { readFile } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Document } from 'yaml';
import { isNode, LineCounter, parseDocument } from 'yaml';
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
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string') {
    const fix = text.code === 'ENOENT' ? 'create it, or point HALLWATCH_CONFIG at another folder' : 'make it readable';
    const fault = (at: Path, what: string, todo: string) => ({ file, line: null, path: pathText(at), what, fix: todo });
    return { file, value: null, raw: null, faults: [fault([], `can't be read (${text.code})`, fix)], fault };
  }
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
    const faults: ConfigFault[] = written.errors.map(({ line, message }) => ({
      file,
      line,
      path: '',
      what: `isn't YAML: ${message}`,
      fix: 'mend the indentation, quotes or brackets there',
    }));
    if (faults.length === 0)
      faults.push(fault([], `can't be read: ${written.problem}`, 'write it out without anchors and aliases'));
    return { file, value: null, raw: null, faults, fault };
  }
  const validator = compiled(schema);
  if (validator.Check(value)) return { file, value, raw: value, faults: [], fault };
  const faults = schemaFaults(schema, value, validator.Errors(value)).map(({ path: at, what, fix }) =>
    fault(at, what, fix),
  );
  return { file, value: null, raw: value, faults, fault };
}

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

  get #read(): Document.Parsed {
    this.#document ??= parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false });
    return this.#document;
  }

  get errors(): { line: number; message: string | undefined }[] {
    return this.#read.errors.map(({ pos, message }) => ({
      line: this.#lines.linePos(pos[0]).line,
      message: message.split('\n')[0],
    }));
  }

  /** What it holds; null when that can't be said: see `errors` and `problem`. */
  get value(): unknown {
    if (this.#read.errors.length > 0) return null;
    try {
      return this.#read.toJS() ?? {};
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      return null;
    }
  }

  /** The line on which what stands at `path` begins, or the nearest that holds it. */
  lineOf(path: Path): number | null {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = this.#read.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return this.#lines.linePos(node.range[0]).line;
    }
    return null;
  }
}

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
