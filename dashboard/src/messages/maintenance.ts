// The words of the maintenance page, with the common ones.
import type { CommonKey } from './common.ts';
import { common } from './common.ts';
import en from './en/maintenance.json' with { type: 'json' };
import { vocabulary } from './vocabulary.ts';
import zhCN from './zh-CN/maintenance.json' with { type: 'json' };

export type MaintenanceKey = CommonKey | keyof typeof zhCN;

export const { dictionaries, say } = vocabulary<MaintenanceKey>({
  'zh-CN': { ...common['zh-CN'], ...zhCN },
  en: { ...common.en, ...en },
});
