import type { AlertSettings, RuleSettings } from '../contracts/alert-settings.ts';
import { alertDefaults, lifeDefaults } from '../contracts/alert-settings.ts';
import type { AlertRule } from '../contracts/names.ts';
import type { HallFile, StandardsFile } from '../contracts/registry.ts';

export type SettingsLookup = <R extends AlertRule>(rule: R) => RuleSettings<R>;

/** What holds for each rule in a hall; without one, for the system. Defaults, then the hall's type, then the hall: the last that speaks wins. */
export function alertSettingsOf(standards: StandardsFile, hall?: HallFile): SettingsLookup {
  const layers = [standards.defaults, hall && standards.hallTypes?.[hall.type], hall?.standards].map(
    (layer) => layer?.alerts,
  );
  const known = new Map<AlertRule, RuleSettings>();
  return <R extends AlertRule>(rule: R) => {
    const settings = known.get(rule) ?? merge(rule, layers);
    known.set(rule, settings);
    return settings as RuleSettings<R>;
  };
}

function merge(rule: AlertRule, layers: (AlertSettings | undefined)[]): RuleSettings {
  const { severity, raiseAfterS, clearAfterS, thresholds } = alertDefaults[rule];
  const values = Object.entries({ ...lifeDefaults, ...thresholds }).map(([name, { value }]) => [name, value]);
  const defaults = { off: false, severity, raiseAfterS, clearAfterS, ...Object.fromEntries(values) };
  return Object.assign(defaults, ...layers.map((layer) => layer?.[rule])) as RuleSettings;
}
