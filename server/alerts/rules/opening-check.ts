import type { Words } from '../../contracts/http.ts';
import { partName, troubleWords } from '../../hall/part-words.ts';
import { troubles } from '../../hall/parts.ts';
import type { HallContext } from '../rule.ts';
import { hallRule, nothing } from '../rule.ts';
import { listed, words } from '../words.ts';

const minuteMs = 60_000;
/** Clerks open their desks with the doors: not yet is no news. */
const desksOpenWithinMs = 3 * minuteMs;
/** So long after we began to hear, silence may be ours. */
const settlesMs = 120_000;

/** When the morning meeting starts something isn't ready: says what, as it is put right one by one. */
export const openingCheck = hallRule({
  id: 'opening-check',
  about: 'hall',
  reads: ['config', 'terminals', 'desks', 'device', 'hearingSince'],
  judge(context, { beforeMin, untilMin }) {
    const { config, now, hearingSince } = context;
    const { open, since, opensAt } = config.hours.state(now);
    const opening = open ? since : opensAt;
    if (opening === null) return nothing;
    const from = opening - beforeMin * minuteMs;
    if (now < from) return { ...nothing, nextAt: from };
    const until = opening + untilMin * minuteMs;
    if (now >= until) return nothing;
    const subject = { kind: 'hall' as const, id: config.id };
    const settledAt = hearingSince + settlesMs;
    if (now < settledAt) return { findings: [], unknown: [subject], nextAt: settledAt };
    const desksAt = opening + desksOpenWithinMs;
    const lacking = notReady(context, now >= desksAt);
    const nextAt = now < desksAt ? desksAt : until;
    if (lacking.length === 0) return { ...nothing, nextAt };
    return {
      unknown: [],
      nextAt,
      findings: [
        {
          subject,
          since: from,
          what: words(`营业前检查：${lacking.length} 项未就绪`, `Opening check: ${lacking.length} not ready`),
          todo: listed(lacking),
        },
      ],
    };
  },
});

/** Machines that aren't on, terminals that aren't well or stocked; and in due course, that nobody sits at a desk. */
function notReady({ config, terminals, desks, device }: HallContext, isDeskTime: boolean): Words[] {
  const { level } = config.alerts('stock-low');
  const devices = [...config.devices.values()].flatMap(({ id, name }) => {
    if (device(id).live.online !== true) return [words(`${name['zh-CN']}未开机或离线`, `${name.en} isn’t on`)];
    const terminal = terminals().find((one) => one.id === id);
    if (!terminal) return [];
    const parts = troubles(terminal.parts ?? {}).filter(({ severity }) => severity !== 'unknown');
    const low = Object.entries(terminal.stock ?? {}).filter(([, left]) => left <= level);
    if (parts.length > 0) {
      const what = listed(parts.map(troubleWords));
      return [words(`${name['zh-CN']}：${what['zh-CN']}`, `${name.en}: ${what.en}`)];
    }
    if (terminal.state !== 'in-service' && terminal.state !== null)
      return [words(`${name['zh-CN']}停用`, `${name.en} is out of service`)];
    const names = listed(low.map(([part]) => partName(part)));
    return low.length > 0
      ? [words(`${name['zh-CN']}：${names['zh-CN']}余量不足`, `${name.en}: low on ${names.en}`)]
      : [];
  });
  const isManned = desks().length === 0 || desks().some(({ state }) => ['idle', 'calling', 'serving'].includes(state));
  return isDeskTime && !isManned ? [...devices, words('没有台席开启', 'no desk is open')] : devices;
}
