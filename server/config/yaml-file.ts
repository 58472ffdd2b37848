import { readFile } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Document } from 'yaml';
import { isNode, LineCounter, parseDocument } from 'yaml';
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

/** Reads and checks one YAML file; everything wrong with it comes back as faults, nothing is thrown. */
export async function readYaml<T extends TSchema>(path: string, file: string, schema: T): Promise<YamlFile<Static<T>>> {
  const lines = new LineCounter();
  let document: Document.Parsed | null = null;
  const fault = (at: Path, what: string, fix: string): ConfigFault => ({
    file,
    line: document ? lineOf(document, lines, at) : null,
    path: pathText(at),
    what,
    fix,
  });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string') {
    const fix = text.code === 'ENOENT' ? 'create it, or point HALLWATCH_CONFIG at another folder' : 'make it readable';
    return { file, value: null, raw: null, faults: [fault([], `can't be read (${text.code})`, fix)], fault };
  }
  document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({
      file,
      line: lines.linePos(error.pos[0]).line,
      path: '',
      what: `isn't YAML: ${error.message.split('\n')[0]}`,
      fix: 'mend the indentation, quotes or brackets there',
    }));
    return { file, value: null, raw: null, faults, fault };
  }
  const parsed = contentOf(document);
  if (parsed.problem !== null) {
    const faults = [fault([], `can't be read: ${parsed.problem}`, 'write it out without anchors and aliases')];
    return { file, value: null, raw: null, faults, fault };
  }
  const { value } = parsed;
  const validator = Compile(schema);
  if (validator.Check(value)) return { file, value, raw: value, faults: [], fault };
  const faults = schemaFaults(schema, value, validator.Errors(value)).map(({ path: at, what, fix }) =>
    fault(at, what, fix),
  );
  return { file, value: null, raw: value, faults, fault };
}

/** Aliases that lead nowhere, to themselves or to far too much only show here. */
function contentOf(document: Document.Parsed): { value: unknown; problem: string | null } {
  try {
    return { value: document.toJS() ?? {}, problem: null };
  } catch (error) {
    return { value: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

function lineOf(document: Document.Parsed, lines: LineCounter, path: Path): number | null {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
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
