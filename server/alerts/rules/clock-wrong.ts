import { hallRule } from '../rule.ts';
import { words } from '../words.ts';

const told = {
  what: words('设备时钟不准', 'Its clock is wrong'),
  todo: words('校准设备时间，打开自动对时', 'Set its clock, and have it keep time by itself (NTP)'),
};

/** A device's clock is behind or ahead; judged from its own messages. */
export const clockWrong = hallRule({
  id: 'clock-wrong',
  about: 'device',
  reads: ['config', 'device'],
  judge({ config, device }) {
    const lives = [...config.devices.keys()].map((id) => device(id).live);
    const subjectOf = ({ id }: { id: string }) => ({ kind: 'device' as const, id });
    const isMarked = ({ marks }: (typeof lives)[number]) => marks.includes('clock');
    return {
      findings: lives.filter(isMarked).map((live) => ({ subject: subjectOf(live), since: null, ...told })),
      unknown: lives.filter((live) => live.online !== true && !isMarked(live)).map(subjectOf),
      nextAt: null,
    };
  },
});
