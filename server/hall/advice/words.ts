// What advice says to people, in both languages. Minutes are whole; a moment reads as the hall's clock shows it.
import type { HallConfig } from '../../config/hall-config.ts';
import type { Advice } from '../../contracts/hall-live.ts';
import type { Words } from '../../contracts/http.ts';

type Prospect = Advice['without'];
type Language = keyof Words;

const accepted: Record<string, Words> = {
  cash: { 'zh-CN': '现金', en: 'cash' },
  card: { 'zh-CN': '刷卡', en: 'card' },
  code: { 'zh-CN': '扫码', en: 'code' },
};

function both(say: (language: Language) => string): Words {
  return { 'zh-CN': say('zh-CN'), en: say('en') };
}

/** "10:40 将超过 15 分钟；开 5 号台席则最长 11 分钟". */
export function limitWords(
  config: HallConfig,
  { at, limitS }: { at: number; limitS: number },
  best: { desk: string; isPaused: boolean; mostS: number } | null,
): Words {
  const clock = clockOf(config, at);
  const limit = minutes(limitS);
  return both((language) => {
    const step = best && deskWords(config, best.desk, best.isPaused)[language];
    const most = best && minutes(best.mostS);
    if (language === 'zh-CN') return `${clock} 将超过 ${limit} 分钟${step ? `；${step}则最长 ${most} 分钟` : ''}`;
    return `Passes ${limit} min at ${clock}${step ? `; ${lower(step)}: ${most} min at most` : ''}`;
  });
}

/** "恢复 5 号台席：10 分钟后预计等候 17 → 11，最长 16 → 12 分钟". */
export function deskStepWords(
  config: HallConfig,
  { desk, isPaused }: { desk: string; isPaused: boolean },
  effect: { without: Prospect; with: Prospect },
): Words {
  const step = deskWords(config, desk, isPaused);
  return both((language) => step[language] + effectWords(language, effect));
}

export function backOfficeWords(
  config: HallConfig,
  { desk, ticket, servedMs, limitMs }: { desk: string; ticket: string; servedMs: number; limitMs: number },
  effect: { without: Prospect; with: Prospect },
): Words {
  const label = labelOf(config, desk);
  const [served, limit] = [Math.floor(servedMs / 60_000), minutes(limitMs / 1000)];
  return both(
    (language) =>
      (language === 'zh-CN'
        ? `${label} 号台席 ${ticket} 已办 ${served} 分钟（标准 ${limit} 分钟），请到后台办理`
        : `Take ${ticket} at desk ${label} to the back office, ${served} min at it (standard ${limit})`) +
      effectWords(language, effect),
  );
}

export function divertWords(
  { file }: HallConfig,
  { terminals, accepts }: { terminals: readonly string[]; accepts: readonly string[] },
  effect: { without: Prospect; with: Prospect },
): Words {
  return both((language) => {
    const [first = '', ...others] = terminals.map(
      (id) => file.terminals.find((one) => one.id === id)?.name[language] ?? id,
    );
    const takes = accepts.map((what) => accepted[what]?.[language] ?? what);
    if (language === 'zh-CN') {
      const names = others.length > 1 ? `${first} 等 ${terminals.length} 台` : [first, ...others].join('、');
      return `可分流到${names}${takes.length > 0 ? `（${takes.join('、')}）` : ''}${effectWords(language, effect)}`;
    }
    const names = others.length > 1 ? `${first} and ${others.length} more` : [first, ...others].join(' and ');
    return `Send to ${names}${takes.length > 0 ? ` (${takes.join(', ')})` : ''}${effectWords(language, effect)}`;
  });
}

function deskWords(config: HallConfig, desk: string, isPaused: boolean): Words {
  const label = labelOf(config, desk);
  return isPaused
    ? { 'zh-CN': `恢复 ${label} 号台席`, en: `End the pause at desk ${label}` }
    : { 'zh-CN': `增开 ${label} 号台席`, en: `Open desk ${label}` };
}

/** What a step changes, as of in 10 minutes; only what it does change. */
function effectWords(language: Language, { without, with: then }: { without: Prospect; with: Prospect }): string {
  const changes: string[] = [];
  const change = (name: string, from: number | null, to: number | null) => {
    if (from === null || to === null || minutes(from) === minutes(to)) return;
    changes.push(`${name} ${minutes(from)} → ${minutes(to)}`);
  };
  change(language === 'zh-CN' ? '预计等候' : 'wait', without.quoteS, then.quoteS);
  change(language === 'zh-CN' ? '最长' : 'longest', without.longestS, then.longestS);
  if (changes.length === 0) return '';
  return language === 'zh-CN' ? `：10 分钟后${changes.join('，')} 分钟` : `: in 10 min ${changes.join(', ')} min`;
}

function labelOf({ file }: HallConfig, desk: string): string {
  return file.desks.find(({ id }) => id === desk)?.label ?? desk;
}

function clockOf({ days }: HallConfig, at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.ceil(at / 60_000) * 60_000)
    .toZonedDateTimeISO(days.timeZone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
}

function minutes(s: number): number {
  return Math.round(s / 60);
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
