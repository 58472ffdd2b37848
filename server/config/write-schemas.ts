// `npm run schemas`: writes the JSON schemas that editors use to check and complete config files.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CalendarFile, HallFile, SettingsFile, StandardsFile } from '../contracts/registry.ts';

export const editorSchemas = {
  'hallwatch.schema.json': SettingsFile,
  'standards.schema.json': StandardsFile,
  'calendar.schema.json': CalendarFile,
  'hall.schema.json': HallFile,
};

/** The text of one schema file, as committed. */
export function schemaText(name: keyof typeof editorSchemas): string {
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: `Hallwatch ${name.split('.')[0]}` };
  return `${JSON.stringify({ ...head, ...editorSchemas[name] }, null, 2)}\n`;
}

if (import.meta.main) {
  const folder = join('config', 'schemas');
  await mkdir(folder, { recursive: true });
  for (const name of Object.keys(editorSchemas) as (keyof typeof editorSchemas)[]) {
    await writeFile(join(folder, name), schemaText(name));
  }
  process.stdout.write(`config/schemas: ${Object.keys(editorSchemas).length} schemas\n`);
}
