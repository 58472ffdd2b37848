import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { asyncApi } from './api-docs/asyncapi.ts';
import { buildApp } from './app.ts';
import { systemClock } from './clock.ts';
import { loadConfigOrThrow } from './config/load.ts';
import { readSettings } from './config/settings.ts';
import { version } from './version.ts';

/** The committed API documents by file name, made from the routes of an app that never listens. */
export async function apiDocuments(): Promise<Record<'openapi.json' | 'asyncapi.json', string>> {
  const config = await loadConfigOrThrow('config');
  const log = pino({ level: 'silent' });
  const settings = readSettings({}, config.settings);
  const folder = await mkdtemp(join(tmpdir(), 'hallwatch-docs-'));
  const app = await buildApp({ config, settings, clock: systemClock(), log, folder, simulated: true });
  await app.http.ready();
  const openApi = app.http.swagger();
  await app.close();
  await rm(folder, { recursive: true });
  return { 'openapi.json': text(openApi), 'asyncapi.json': text(asyncApi(version)) };
}

function text(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
