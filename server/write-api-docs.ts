// `npm run docs:api`: writes docs/api/openapi.json and docs/api/asyncapi.json from contracts/ and the routes.
import './node-version.ts';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiDocuments } from './api-documents.ts';

const folder = join('docs', 'api');
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(await apiDocuments())) await writeFile(join(folder, name), text);
process.stdout.write(`${folder}: OpenAPI 3.1 and AsyncAPI 3.0\n`);
