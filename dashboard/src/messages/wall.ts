// The words of the wall page, with the common ones.
import type { CommonKey } from './common.ts';
import { common } from './common.ts';
import en from './en/wall.json' with { type: 'json' };
import { vocabulary } from './vocabulary.ts';
import zhCN from './zh-CN/wall.json' with { type: 'json' };

export type WallKey = CommonKey | keyof typeof zhCN;

export const { dictionaries, say, isKey } = vocabulary<WallKey>({
  'zh-CN': { ...common['zh-CN'], ...zhCN },
  en: { ...common.en, ...en },
});
