// Parts of terminals and what is wrong with them, in words for people; a part we have no word for keeps its own.
import type { Words } from '../../contracts/http.ts';
import { listed, words } from '../words.ts';

const parts: Record<string, Words> = {
  device: words('整机', 'the machine'),
  paper: words('纸', 'paper'),
  toner: words('墨粉', 'toner'),
  ink: words('墨水', 'ink'),
  media: words('凭条', 'slip'),
  cover: words('盖板', 'cover'),
  cabinetDoor: words('机柜门', 'cabinet door'),
  safeDoor: words('保险柜门', 'safe door'),
  cutter: words('切纸刀', 'cutter'),
  banknoteReader: words('纸币识别器', 'banknote reader'),
  chipModule: words('读卡模块', 'chip module'),
  scanner: words('扫描器', 'scanner'),
  intermediateStacker: words('暂存器', 'stacker'),
  shutter: words('闸门', 'shutter'),
  cashUnit: words('钞箱', 'cash unit'),
};

const statuses: Record<string, Words> = {
  low: words('偏少', 'low'),
  high: words('将满', 'nearly full'),
  out: words('用完', 'out'),
  empty: words('已空', 'empty'),
  full: words('已满', 'full'),
  jammed: words('卡住', 'jammed'),
  inoperable: words('不可用', 'inoperable'),
  inoperative: words('不可用', 'inoperative'),
  missing: words('缺失', 'missing'),
  open: words('未关', 'open'),
  tampered: words('被撬动', 'tampered with'),
  fraudAttempt: words('疑似欺诈', 'fraud attempt'),
  offline: words('离线', 'offline'),
  powerOff: words('断电', 'without power'),
  hardwareError: words('硬件故障', 'hardware error'),
  softwareError: words('软件故障', 'software error'),
  notReady: words('未就绪', 'not ready'),
};

/** Such as 纸用完、切纸刀卡住. */
export function partsInWords(faults: readonly { part: string; status: string }[]): Words {
  return listed(
    faults.map(({ part, status }) => {
      const what = partName(part);
      const how = (Object.hasOwn(statuses, status) && statuses[status]) || words(status, status);
      return words(`${what['zh-CN']}${how['zh-CN']}`, `${what.en} ${how.en}`);
    }),
  );
}

/** The name of a part or of what is stocked, a second one's with its number. */
export function partName(part: string): Words {
  const [, name = part, number = ''] = /^(.*?)(?:-(\d{1,2}))?$/.exec(part) ?? [];
  const known = Object.hasOwn(parts, name) ? parts[name] : undefined;
  return known ? words(`${known['zh-CN']}${number}`, `${known.en}${number && ` ${number}`}`) : words(part, part);
}
