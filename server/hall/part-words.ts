// Parts of terminals and what is wrong with them, in words for people: the vocabulary of docs/parts.md. What isn't in it keeps
// its own name.
import type { Words } from '../contracts/http.ts';

const words = (chinese: string, english: string): Words => ({ 'zh-CN': chinese, en: english });

const parts: Record<string, Words> = {
  device: words('主机', 'machine'),
  paper: words('打印纸', 'paper'),
  toner: words('碳粉', 'toner'),
  ink: words('墨水', 'ink'),
  media: words('出入口介质', 'media'),
  cover: words('机盖', 'cover'),
  cabinetDoor: words('柜门', 'cabinet door'),
  safeDoor: words('保险柜门', 'safe door'),
  cutter: words('切纸刀', 'cutter'),
  banknoteReader: words('识币器', 'note reader'),
  chipModule: words('读卡器', 'card reader'),
  scanner: words('扫码器', 'scanner'),
  intermediateStacker: words('暂存器', 'stacker'),
  shutter: words('闸门', 'shutter'),
  cashUnit: words('钞箱', 'cash unit'),
};

/** Stocks that are told of under another name than a part's. */
const stocks: Record<string, Words> = { cards: words('卡片', 'cards'), cash: words('现金', 'cash') };

const statuses: Record<string, Words> = {
  online: words('已连接', 'connected'),
  deviceBusy: words('忙', 'busy'),
  starting: words('启动中', 'starting'),
  potentialFraud: words('疑似被做手脚', 'may be tampered with'),
  offline: words('脱机', 'disconnected'),
  powerOff: words('断电', 'has no power'),
  noDevice: words('未找到', 'not found'),
  hardwareError: words('硬件故障', 'hardware fault'),
  userError: words('操作受阻', 'blocked by a user'),
  fraudAttempt: words('遭人为破坏', 'tampered with'),
  softwareError: words('软件故障', 'software fault'),
  notReady: words('未就绪', 'not ready'),
  full: words('满', 'full'),
  low: words('不足', 'low'),
  out: words('用完', 'out'),
  jammed: words('卡住', 'jammed'),
  present: words('有物', 'present'),
  notPresent: words('无物', 'not present'),
  entering: words('送入中', 'entering'),
  latched: words('已锁住', 'latched'),
  retracted: words('已回收', 'retracted'),
  closed: words('已关', 'closed'),
  locked: words('已锁', 'locked'),
  bolted: words('已闩', 'bolted'),
  open: words('未关', 'open'),
  tampered: words('被撬动', 'tampered with'),
  ok: words('正常', 'ok'),
  on: words('已开启', 'on'),
  off: words('已关闭', 'off'),
  disabled: words('已停用', 'disabled'),
  inoperable: words('故障', 'broken'),
  inoperative: words('故障', 'broken'),
  empty: words('空', 'empty'),
  notEmpty: words('非空', 'not empty'),
  jammedOpen: words('卡在开位', 'jammed open'),
  jammedPartiallyOpen: words('卡在半开', 'jammed half open'),
  jammedClosed: words('卡在关位', 'jammed shut'),
  jammedUnknown: words('卡住', 'jammed'),
  high: words('将满', 'nearly full'),
  missing: words('缺失', 'missing'),
  notConfigured: words('未配置', 'not set up'),
  manipulated: words('被动过', 'tampered with'),
};

/** Where the language has words of its own. */
const idioms: Record<string, Words> = {
  'paper low': words('余纸不足', 'paper low'),
  'paper out': words('缺纸', 'out of paper'),
  'paper jammed': words('卡纸', 'paper jammed'),
  'device offline': words('主机脱机', 'machine disconnected'),
  'device powerOff': words('主机断电', 'machine has no power'),
};

interface Said {
  part: string;
  status: string;
}

/** A part's trouble as people say it within a sentence, such as 缺纸; the second unit of a kind with its number. */
export function troubleWords({ part, status }: Said): Words {
  const idiom = known(idioms, `${part} ${status}`);
  if (idiom) return idiom;
  const what = partWords(part);
  const how = known(statuses, status);
  const name = what ?? words(part, part);
  // Chinese needs no space between words of its own.
  const joint = what && how ? '' : ' ';
  return words(`${name['zh-CN']}${joint}${how?.['zh-CN'] ?? status}`, `${name.en} ${how?.en ?? status}`);
}

/** The same standing alone: English with a capital, unless it is a name that only the machine knows. */
export function troubleText(said: Said): Words {
  const { 'zh-CN': chinese, en } = troubleWords(said);
  const isOurs = partWords(said.part) !== undefined;
  return words(chinese, isOurs ? en.charAt(0).toUpperCase() + en.slice(1) : en);
}

/** The name of a part or of what is stocked. */
export function partName(part: string): Words {
  return known(stocks, part) ?? partWords(part) ?? words(part, part);
}

/** Undefined for a part that we have no words for. */
function partWords(part: string): Words | undefined {
  const [, name = part, n] = /^([A-Za-z]+)-(\d{1,2})$/.exec(part) ?? [];
  const what = known(parts, name);
  return what && n !== undefined ? words(`${what['zh-CN']} ${n} 号`, `${what.en} ${n}`) : what;
}

function known(table: Record<string, Words>, key: string): Words | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
