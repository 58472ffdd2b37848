// The words of the quarantine page, with the common ones.
import type { CommonKey } from './common.ts';
import { common } from './common.ts';
import en from './en/quarantine.json' with { type: 'json' };
import { vocabulary } from './vocabulary.ts';
import zhCN from './zh-CN/quarantine.json' with { type: 'json' };

export type QuarantineKey = CommonKey | keyof typeof zhCN;

export const { dictionaries, say, isKey } = vocabulary<QuarantineKey>({
  'zh-CN': { ...common['zh-CN'], ...zhCN },
  en: { ...common.en, ...en },
});
