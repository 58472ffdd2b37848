import type { DeviceLive } from '../../contracts/hall-live.ts';
import type { ClockJudgement } from '../../hall/state.ts';
import type { Finding } from '../rule.ts';
import { hallRule } from '../rule.ts';
import { words } from '../words.ts';

const minuteMs = 60_000;
const hourMin = 60;
const set = words('校准设备时间，打开自动对时', 'Set its clock, and have it keep time by itself (NTP)');

/** What is wrong with a device's clock, what is made of it meanwhile, and what to do; the same as long as that lasts. */
function wordsOf(
  { marks, clockOffsetMs }: DeviceLive,
  marked: ClockJudgement['marked'],
): Pick<Finding, 'what' | 'todo'> {
  if (clockOffsetMs !== undefined) return offsetWords(clockOffsetMs, marks.includes('ts-seconds'));
  if (marked === 'impossible') {
    return {
      what: words('设备时间不可信，按收到时间计', 'Its times can’t be true: they are counted by when they reach us'),
      todo: words(
        '校准设备时间，打开自动对时；检查时钟电池，以及 ts 是否为 UTC 毫秒',
        'Set its clock, have it keep time by itself (NTP); see to the clock’s battery, and that it sends ts in epoch ms',
      ),
    };
  }
  if (marked === 'behind') return { what: words('设备时钟慢了', 'Its clock is behind'), todo: set };
  if (marked === 'ahead') return { what: words('设备时钟快了', 'Its clock is ahead'), todo: set };
  return {
    what: words('设备时间以秒发送，已按秒换算', 'It sends its times in seconds: they are read as such'),
    todo: words('请设备商改为毫秒（UTC）', 'Have it send epoch milliseconds'),
  };
}

function offsetWords(offsetMs: number, isSeconds: boolean): Pick<Finding, 'what' | 'todo'> {
  const minutes = Math.abs(offsetMs) / minuteMs;
  const [hours, rest] = [Math.floor(minutes / hourMin), minutes % hourMin];
  const zh = [hours > 0 ? `${hours} 小时` : '', rest > 0 ? `${rest} 分` : ''].filter((part) => part !== '').join(' ');
  const en = [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''].filter((part) => part !== '').join(' ');
  const isBehind = offsetMs > 0;
  return {
    what: words(
      `设备时钟${isBehind ? '慢' : '快'} ${zh}，已自动修正${isSeconds ? '；时间以秒发送' : ''}`,
      `Its clock is ${en} ${isBehind ? 'behind' : 'ahead'}: corrected here${isSeconds ? '; it sends seconds' : ''}`,
    ),
    todo: words(
      '检查时区设置：可能把本地时间当作 UTC 发送；改好后修正自动结束',
      'See to its time zone: it may send local time as UTC. Once that is mended, the correction ends by itself',
    ),
  };
}

/** A device's clock is behind, ahead or impossible, or it sends seconds; judged from its own messages. */
export const clockWrong = hallRule({
  id: 'clock-wrong',
  about: 'device',
  reads: ['config', 'device', 'books'],
  judge({ config, device, books }) {
    const lives = [...config.devices.keys()].map((id) => device(id).live);
    const subjectOf = ({ id }: { id: string }) => ({ kind: 'device' as const, id });
    const isMarked = ({ marks }: (typeof lives)[number]) => marks.includes('clock') || marks.includes('ts-seconds');
    return {
      findings: lives.filter(isMarked).map((live) => ({
        subject: subjectOf(live),
        since: null,
        ...wordsOf(live, books.state.clocks.get(live.id)?.marked ?? 'right'),
      })),
      unknown: lives.filter((live) => live.online !== true && !isMarked(live)).map(subjectOf),
      nextAt: null,
    };
  },
});
