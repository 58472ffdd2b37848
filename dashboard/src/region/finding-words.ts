// Findings in words, and where each one's evidence is.
import type { Words } from '../../../server/contracts/http.ts';
import type { Weekday } from '../../../server/contracts/names.ts';
import type { Finding } from './findings.ts';
import { countText, dayText, shareText, weekdayText } from './numbers.ts';
import type { SortKey } from './rows.ts';
import type { RegionScreen } from './screen.ts';

export type Tone = 'bad' | 'care' | 'good' | 'plain';

/** Half hours of the region's heat map; the list of peaks; the table, sorted, at a hall. */
export type Evidence =
  | { to: 'cells'; weekday: Weekday; from: string; until: string }
  | { to: 'peaks' }
  | { to: 'table'; by: SortKey; hall: string | null };

export interface Worded {
  title: string;
  detail: string;
  tone: Tone;
  evidence: Evidence | null;
}

type Of<K extends Finding['kind']> = Extract<Finding, { kind: K }>;

/** So many are named; the rest is counted. */
const named = 3;

/** What sentences are made of, in the reader's language. */
class Pen {
  readonly screen: RegionScreen;

  constructor(screen: RegionScreen) {
    this.screen = screen;
  }

  list(texts: string[]): string {
    const shown = texts.slice(0, named).join(this.screen.t('region.list'));
    return texts.length > named ? this.screen.t('region.more', { list: shown, n: texts.length }) : shown;
  }

  name({ hall, name }: { hall: string; name: Words }): string {
    return this.screen.name(name, hall);
  }

  people(n: number): string {
    return countText(n, this.screen.locale);
  }

  share(of: number, digits = 0): string {
    return shareText(of, this.screen.locale, digits);
  }

  hours({ weekday, from, to }: { weekday: Weekday; from: string; to: string }): string {
    const text = this.screen.t('region.hours', { day: weekdayText(weekday, this.screen.locale), from, to });
    // A line must not break within a span of hours.
    return text.replaceAll('–', '\u2060–\u2060');
  }
}

export function wordsOf(finding: Finding, screen: RegionScreen): Worded {
  const pen = new Pen(screen);
  switch (finding.kind) {
    case 'regular':
      return regular(finding, pen);
    case 'missed':
      return missed(finding, pen);
    case 'kept':
      return kept(finding, pen);
    case 'unusual':
      return unusual(finding, pen);
    case 'today':
      return today(finding, pen);
    case 'gaps':
      return gaps(finding, pen);
    case 'few': {
      const detail = screen.t('region.few.detail', { n: finding.needed });
      return { title: screen.t('region.few', { n: finding.days }), detail, tone: 'plain', evidence: null };
    }
    case 'calm':
      return { title: screen.t('region.calm'), detail: screen.t('region.calm.detail'), tone: 'good', evidence: null };
  }
}

function regular({ peaks: [first, ...others] }: Of<'regular'>, pen: Pen): Worded {
  const { screen } = pen;
  const more = pen.share(first.value / first.usual - 1);
  const detail = screen.t('region.regular.detail', {
    n: pen.people(first.value),
    usual: pen.people(first.usual),
    more,
  });
  const list = pen.list(others.map((peak) => pen.hours(peak)));
  return {
    title: screen.t('region.regular', { hours: pen.hours(first) }),
    detail: others.length > 0 ? detail + screen.t('region.regular.others', { list }) : detail,
    tone: 'plain',
    evidence: { to: 'cells', weekday: first.weekday, from: first.from, until: first.to },
  };
}

function missed({ halls, judged }: Of<'missed'>, pen: Pen): Worded {
  const targets = new Set(halls.map(({ target }) => target));
  const target = pen.share(halls[0].target);
  const list = pen.list(halls.map((hall) => `${pen.name(hall)} ${pen.share(hall.share, 1)}`));
  return {
    title: pen.screen.t(targets.size === 1 ? 'region.missed' : 'region.missed.own', { n: halls.length, target }),
    detail: pen.screen.t('region.missed.detail', { list, all: judged }),
    tone: 'bad',
    evidence: { to: 'table', by: 'share', hall: halls[0].hall },
  };
}

function kept({ halls, targets: [target, ...others] }: Of<'kept'>, pen: Pen): Worded {
  const title =
    others.length === 0 ? pen.screen.t('region.kept', { target: pen.share(target) }) : pen.screen.t('region.kept.own');
  const detail = pen.screen.t('region.kept.detail', { n: halls });
  return { title, detail, tone: 'good', evidence: { to: 'table', by: 'share', hall: null } };
}

function unusual({ peaks }: Of<'unusual'>, pen: Pen): Worded {
  const { screen } = pen;
  const list = pen.list(peaks.map((peak) => `${dayText(peak.date, screen.locale)} ${pen.hours(peak)}`));
  const [n, usual] = [pen.people(peaks[0].value), pen.people(peaks[0].usual)];
  return {
    title: screen.t('region.unusual', { n: peaks.length }),
    detail: screen.t('region.unusual.detail', { list, n, usual }),
    tone: 'care',
    evidence: { to: 'peaks' },
  };
}

function today({ halls }: Of<'today'>, pen: Pen): Worded {
  const texts = halls.map((hall) => {
    const numbers = { n: pen.people(hall.entered), usual: pen.people(hall.usual) };
    return pen.screen.t('region.today.hall', {
      hall: pen.name(hall),
      change: pen.screen.change(hall.change),
      ...numbers,
    });
  });
  return {
    title: pen.screen.t('region.today', { n: halls.length }),
    detail: pen.list(texts),
    tone: 'care',
    evidence: { to: 'table', by: 'change', hall: halls[0].hall },
  };
}

function gaps({ never, some }: Of<'gaps'>, pen: Pen): Worded {
  const { screen } = pen;
  const lacking = some.map((hall) => screen.t('region.gaps.hall', { hall: pen.name(hall), n: hall.days }));
  const parts = [
    never.length > 0 && screen.t('region.gaps.never', { list: pen.list(never.map((hall) => pen.name(hall))) }),
    some.length > 0 && screen.t('region.gaps.some', { list: pen.list(lacking) }),
  ];
  return {
    title: screen.t('region.gaps', { n: never.length + some.length }),
    detail: parts.filter((part) => part !== false).join(screen.t('region.sentences')),
    tone: 'care',
    evidence: { to: 'table', by: 'name', hall: (never[0] ?? some[0])?.hall ?? null },
  };
}
