// The list of rules: whole, documented, configurable.
import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { hallRules, systemRules } from '../../../server/alerts/rules/index.ts';
import { withRules } from '../../../server/alerts/write-docs.ts';
import { alertSettingsOf } from '../../../server/config/alert-settings.ts';
import { AlertSettings } from '../../../server/contracts/alert-settings.ts';
import { alertRules } from '../../../server/contracts/names.ts';
import { hallConfig } from '../../support/hall-maker.ts';

describe('the rules', () => {
  it('docs/alerts.md has each with its defaults, as the code does', () => {
    const page = readFileSync('docs/alerts.md', 'utf8');
    expect(page, 'run npm run docs:alerts').toBe(withRules(page));
  });

  it('are all there, each once in a scope', () => {
    const known = new Set([...hallRules, ...systemRules].map(({ id }) => id));
    expect(alertRules.filter((rule) => !known.has(rule))).toEqual([]);
    for (const list of [hallRules, systemRules]) expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  });

  it('take what is said last: defaults, the hall’s type, the hall', () => {
    const { file } = hallConfig({ standards: { alerts: { crowded: { severity: 'critical' } } } });
    const lookup = alertSettingsOf(
      {
        defaults: { alerts: { crowded: { firstShare: 0.5, severity: 'info' }, 'terminal-fault': { off: true } } },
        hallTypes: { flagship: { alerts: { crowded: { firstShare: 0.6, raiseAfterS: 5 } } } },
      },
      file,
    );
    expect(lookup('crowded')).toMatchObject({
      off: false,
      firstShare: 0.6,
      secondShare: 1,
      severity: 'critical',
      raiseAfterS: 5,
      clearAfterS: 180,
    });
    expect(lookup('terminal-fault').off).toBe(true);
    expect(lookup('data-missing').handRestS).toBe(604_800);
  });

  it('refuse a slip in a name', () => {
    const check = Compile(AlertSettings);
    expect(check.Check({ crowded: { firstShare: 0.9 } })).toBe(true);
    expect(check.Check({ crowded: { firstShar: 0.9 } })).toBe(false);
    expect(check.Check({ crowd: {} })).toBe(false);
  });
});
