// Regular expressions of source files, and which of them take more than linear time over some text.
import { check } from 'recheck';
import { parse } from 'svelte/compiler';
import ts from 'typescript';

export interface Pattern {
  /** `file:line`. */
  at: string;
  source: string;
  flags: string;
}

/** Literals of a .ts or .svelte file, what `new RegExp` is given as text, and patterns of schemas. */
export function patternsOf(file: string, text: string): Pattern[] {
  return file.endsWith('.svelte') ? patternsOfSvelte(file, text) : patternsOfScript(file, text);
}

function patternsOfScript(file: string, text: string): Pattern[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Pattern[] = [];
  const add = (node: ts.Node, pattern: string, flags = '') => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push({ at: `${file}:${line + 1}`, source: pattern, flags });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      add(node, node.text.slice(1, end), node.text.slice(end + 1));
    }
    if (ts.isStringLiteralLike(node) && isPattern(node)) add(node, node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Text given to `new RegExp`, as `pattern` of a schema, or to a variable that is called a pattern. */
function isPattern({ parent }: ts.Node): boolean {
  if (ts.isNewExpression(parent)) return parent.expression.getText() === 'RegExp';
  if (ts.isPropertyAssignment(parent)) return parent.name.getText() === 'pattern';
  return ts.isVariableDeclaration(parent) && /pattern$/i.test(parent.name.getText());
}

/** Script and markup: an expression may stand in both. */
function patternsOfSvelte(file: string, text: string): Pattern[] {
  const found: Pattern[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, regex, start } = node as {
      type?: string;
      regex?: { pattern: string; flags: string };
      start?: number;
    };
    if (type === 'Literal' && regex) {
      const line = text.slice(0, start).split('\n').length;
      found.push({ at: `${file}:${line}`, source: regex.pattern, flags: regex.flags });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parse(text, { modern: true }));
  return found;
}

/** Null for a pattern that takes linear time over any text; else what it takes and a text that shows it. */
export async function slownessOf({ source, flags }: Pattern): Promise<string | null> {
  // In this process: its programs for single platforms are not needed.
  process.env.RECHECK_BACKEND = 'pure';
  const verdict = await check(source, flags, { timeout: 60_000 });
  if (verdict.status === 'safe') return null;
  if (verdict.status === 'unknown') return `could not be judged (${verdict.error.kind})`;
  return `${verdict.complexity.summary}, as over ${verdict.attack.pattern}`;
}
