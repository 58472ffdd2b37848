// The documents of our interfaces: current, valid, served.
import { readFile } from 'node:fs/promises';
import specs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, describe, expect, it } from 'vitest';
import { apiDocuments } from '../../server/api-documents.ts';
import { channels, serverChannels } from '../../server/contracts/names.ts';
import { closeBrowser, openScreen, seriousFaults } from '../support/browser.ts';
import { describeWith } from '../support/needs.ts';
import { startServer } from '../support/server.ts';

afterAll(closeBrowser);

describe('API documents', () => {
  it.each(['openapi.json', 'asyncapi.json'] as const)('docs/api/%s is current (npm run docs:api)', async (name) => {
    expect(await readFile(`docs/api/${name}`, 'utf8')).toBe((await apiDocuments())[name]);
  });

  it('OpenAPI is valid 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(JSON.parse((await apiDocuments())['openapi.json']));
    expect(result).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('AsyncAPI is valid 3.0 and names every channel there is', async () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(specs.schemasWithoutId['3.0.0'] as object);
    const document = JSON.parse((await apiDocuments())['asyncapi.json']) as {
      channels: Record<string, { address: string }>;
    };
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    const addresses = Object.values(document.channels).map(({ address }) => address);
    for (const channel of [...channels, ...serverChannels]) {
      expect(addresses).toContain(`hallwatch/v1/{region}/{hall}/{device}/${channel}`);
    }
  });

  it('catches a document that is wrong', async () => {
    const broken = JSON.parse((await apiDocuments())['openapi.json']) as { info: { title?: string } };
    delete broken.info.title;
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  it('are served as they are committed', async () => {
    const { get } = await startServer();
    for (const name of ['openapi.json', 'asyncapi.json']) {
      expect((await get(`/api/${name}`)).body).toEqual(JSON.parse(await readFile(`docs/api/${name}`, 'utf8')));
    }
  });
});

describeWith(['chromium'], 'the page of the interfaces', () => {
  it('is readable without scripts, under our own policy', async () => {
    const { url } = await startServer();
    const { page, complaints } = await openScreen(`${url}/api/docs`, { width: 1440, height: 900 });
    await page.getByRole('heading', { name: 'hallwatch/v1/{region}/{hall}/{device}/door' }).waitFor();
    await page.getByRole('rowheader', { name: 'GET /api/halls/{hall}', exact: true }).waitFor();
    expect(complaints).toEqual([]);
    expect(await seriousFaults(page)).toEqual([]);
  });
});
