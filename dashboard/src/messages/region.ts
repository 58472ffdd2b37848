// The words of the region page, with the common ones.
import type { CommonKey } from './common.ts';
import { common } from './common.ts';
import en from './en/region.json' with { type: 'json' };
import { vocabulary } from './vocabulary.ts';
import zhCN from './zh-CN/region.json' with { type: 'json' };

export type RegionKey = CommonKey | keyof typeof zhCN;

export const { dictionaries, say } = vocabulary<RegionKey>({
  'zh-CN': { ...common['zh-CN'], ...zhCN },
  en: { ...common.en, ...en },
});
