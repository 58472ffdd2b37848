// The words of more pages than one. zh-CN decides which keys there are, here and in each page's own; en must have every one.
import en from './en/common.json' with { type: 'json' };
import { vocabulary } from './vocabulary.ts';
import zhCN from './zh-CN/common.json' with { type: 'json' };

export type CommonKey = keyof typeof zhCN;

export const { dictionaries: common, say } = vocabulary<CommonKey>({ 'zh-CN': zhCN, en });
