import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { pathOf } from './needs.ts';

export interface Screen {
  page: Page;
  /** What the console complained about, and what the page threw. */
  complaints: string[];
  /** The value shown beside a label of a definition list. */
  value(label: string): Promise<string>;
}

let browser: Promise<Browser> | null = null;

/** The one Chromium of a test file; call it from afterAll to end it. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = null;
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens a page as a screen of that size would. */
export async function openScreen(url: string, { width = 1920, height = 1080, lang = 'zh-CN' } = {}): Promise<Screen> {
  browser ??= chromium.launch({ executablePath: pathOf('chromium'), args });
  const context = await (await browser).newContext({ viewport: { width, height }, locale: lang });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${url}${url.includes('?') ? '&' : '?'}lang=${lang}`);
  const value = async (label: string) => {
    const text = await page
      .locator('dt', { hasText: label })
      .locator('xpath=following-sibling::dd')
      .first()
      .textContent({ timeout: 2_000 });
    return (text ?? '').trim();
  };
  return { page, complaints, value };
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** What axe finds serious or critical on the page as it stands, one line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Added by the test's own hand, past the page's content security policy.
  await page.evaluate(axe.source);
  const violations = await page.evaluate<Violation[]>('axe.run().then((found) => found.violations)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
