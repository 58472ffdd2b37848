// Finds queries that are put together other than by the tags of server/sql.ts and server/history/influx-ql.ts.
import ts from 'typescript';

const keyword =
  /\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|ATTACH|SHOW|FROM|WHERE|GROUP BY|ORDER BY|VALUES|LIMIT)\b/;
const tags = new Set(['sql', 'influxQl']);
const brands = new Set(['Sql', 'InfluxQl', 'QueryText', 'Text']);
const homes = new Set(['server/query-text.ts', 'server/sql.ts', 'server/history/influx-ql.ts']);
const runs = new Set(['prepare', 'exec', 'query', 'queryRaw']);

/** Lines of a file that build a query of their own, each with why. */
export function handmadeQueries(file: string, code: string): string[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const add = (node: ts.Node, why: string) =>
    found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}: ${why}`);
  const visit = (node: ts.Node): void => {
    if (isBuiltText(node) && keyword.test(textsOf(node))) add(node, 'a query is put together without the tag');
    if (isCast(node) && !homes.has(file)) add(node, 'text is called a query without being quoted');
    if (ts.isCallExpression(node) && isRun(node) && node.arguments[0] && isComputed(node.arguments[0]))
      add(node, 'a query is computed where it is run');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Text made of more than what stands in the source: a template with parts, +, concat, join, replace. */
function isBuiltText(node: ts.Node): boolean {
  if (ts.isTemplateExpression(node)) {
    const { parent } = node;
    return !(ts.isTaggedTemplateExpression(parent) && tags.has(parent.tag.getText()));
  }
  if (ts.isBinaryExpression(node))
    return [ts.SyntaxKind.PlusToken, ts.SyntaxKind.PlusEqualsToken].includes(node.operatorToken.kind);
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    ['concat', 'join', 'replace', 'replaceAll', 'padEnd', 'repeat'].includes(node.expression.name.text)
  );
}

/** The literal texts directly in it: those of calls inside are looked at by themselves. */
function textsOf(node: ts.Node): string {
  const texts: string[] = [];
  const gather = (one: ts.Node): void => {
    if (ts.isStringLiteralLike(one) || ts.isTemplateHead(one) || ts.isTemplateMiddleOrTemplateTail(one))
      texts.push(one.text);
    else if (!ts.isFunctionLike(one) && !ts.isTaggedTemplateExpression(one)) ts.forEachChild(one, gather);
  };
  ts.forEachChild(node, gather);
  return texts.join(' ');
}

function isCast(node: ts.Node): boolean {
  if (!ts.isAsExpression(node) && !ts.isTypeAssertionExpression(node)) return false;
  return ts.isTypeReferenceNode(node.type) && brands.has(node.type.typeName.getText());
}

function isRun({ expression }: ts.CallExpression): boolean {
  return (
    ts.isPropertyAccessExpression(expression) &&
    runs.has(expression.name.text) &&
    /database|queries/i.test(expression.expression.getText())
  );
}

function isComputed(text: ts.Expression): boolean {
  return ts.isTemplateExpression(text) || ts.isBinaryExpression(text) || ts.isCallExpression(text);
}
