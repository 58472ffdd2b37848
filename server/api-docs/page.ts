// Both documents as one readable page: no scripts, so that it can be read under our own content security policy.
import type { asyncApi } from './asyncapi.ts';

type Schema = Record<string, unknown>;
type Operation = { summary?: string; responses?: object };

/** As much of a document as the page reads. */
interface OpenApi {
  paths?: object;
}

/** HTML of the OpenAPI and AsyncAPI documents. */
export function apiPage(http: OpenApi, events: ReturnType<typeof asyncApi>): string {
  const paths = Object.entries(http.paths ?? {}) as [string, Record<string, Operation>][];
  const routes = paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary = '', responses = {} }]) => {
      const answers = Object.keys(responses).join(', ');
      return `<tr><th scope="row"><code>${method.toUpperCase()} ${escaped(path)}</code></th><td>${escaped(summary)}</td><td>${answers}</td></tr>`;
    }),
  );
  const messages = Object.values(events.channels).map(({ address, summary, messages: named }) => {
    const [name = ''] = Object.keys(named);
    const key = address.startsWith('/') ? `live-${name}` : name;
    const { payload } = (events.components.messages as Record<string, { payload: object }>)[key] ?? { payload: {} };
    return `<section><h3><code>${escaped(address)}</code></h3><p>${escaped(summary)}</p>${fields(payload as Schema)}</section>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hallwatch interfaces</title>
<link rel="icon" href="data:,">
<style>
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #16202b; background: #fff; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .375rem .75rem .375rem 0; border-top: 1px solid #d5dde6; text-align: left; vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; border: 0; }
code { font: .9375rem ui-monospace, monospace; overflow-wrap: anywhere; }
h3 { margin: 2rem 0 0; }
@media (prefers-color-scheme: dark) { body { color: #e9eef5; background: #0b1118; } th, td { border-color: #2a3a4b; } a { color: #7db9ff; } }
</style>
<main>
<h1>Hallwatch interfaces</h1>
<p>Version ${escaped(events.info.version)}. For programs: <a href="/api/openapi.json">OpenAPI 3.1</a>, <a href="/api/asyncapi.json">AsyncAPI 3.0</a>.</p>
<h2>HTTP</h2>
<table><thead><tr><th scope="col">Request</th><th scope="col">What it gives</th><th scope="col">Answers</th></tr></thead><tbody>${routes.join('')}</tbody></table>
<h2>MQTT and Socket.IO</h2>
${messages.join('\n')}
</main>
</html>
`;
}

/** The fields of a payload, one row each; alternatives one table each. */
function fields(schema: Schema): string {
  const options = (schema.anyOf as Schema[] | undefined) ?? [schema];
  return options.map((option) => fieldTable(option)).join('');
}

function fieldTable({ properties, required }: Schema): string {
  const names = Object.entries((properties as Record<string, Schema> | undefined) ?? {});
  if (names.length === 0) return '';
  const needed = new Set(required as string[] | undefined);
  const rows = names.map(
    ([name, schema]) =>
      `<tr><th scope="row"><code>${escaped(name)}${needed.has(name) ? '' : '?'}</code></th><td>${escaped(typeText(schema))}</td></tr>`,
  );
  return `<table><thead><tr><th scope="col">Field</th><th scope="col">Type</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function typeText(schema: Schema): string {
  if (Array.isArray(schema.enum)) return schema.enum.join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map((option) => typeText(option as Schema)).join(' or ');
  if (schema.type === 'array') return `list of ${typeText((schema.items as Schema | undefined) ?? {})}`;
  if (schema.type === 'object') {
    const names = Object.keys((schema.properties as Schema | undefined) ?? {});
    return names.length > 0 ? `{ ${names.join(', ')} }` : 'object';
  }
  return typeof schema.type === 'string' ? schema.type : 'any';
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
