// What a terminal's parts say about it. Names and statuses are XFS4IoT's own words; a part's name is the last word of
// its component, with a number for a second one (`cashUnit-2`).
import type { Words } from '../contracts/http.ts';
import type { Severity, TerminalState } from '../contracts/names.ts';
import { troubleText } from './part-words.ts';

type Vocabulary = Partial<Record<Severity, readonly string[]>>;

const supply: Vocabulary = { ok: ['full'], warning: ['low'], fault: ['out', 'jammed'] };
const media: Vocabulary = { ok: ['present', 'notPresent', 'entering', 'latched', 'retracted'], fault: ['jammed'] };
const lid: Vocabulary = { ok: ['closed', 'locked', 'bolted'], fault: ['open', 'tampered'] };
const module_: Vocabulary = {
  ok: ['ok', 'on', 'off'],
  warning: ['disabled'],
  fault: ['inoperable', 'inoperative', 'jammed', 'fraudAttempt'],
};

/** Statuses by part and severity. Beware: `full` is good for paper and ink, and bad for a cash unit or a stacker. */
const vocabulary: Record<string, Vocabulary> = {
  device: {
    ok: ['online', 'deviceBusy'],
    warning: ['starting', 'potentialFraud'],
    fault: [
      'offline',
      'powerOff',
      'noDevice',
      'hardwareError',
      'userError',
      'fraudAttempt',
      'softwareError',
      'notReady',
    ],
  },
  paper: supply,
  toner: supply,
  ink: supply,
  media,
  cover: lid,
  cabinetDoor: lid,
  safeDoor: lid,
  cutter: module_,
  banknoteReader: module_,
  chipModule: module_,
  scanner: module_,
  intermediateStacker: { ok: ['empty', 'notEmpty'], fault: ['full'] },
  shutter: {
    ok: ['closed', 'open'],
    fault: ['jammedOpen', 'jammedPartiallyOpen', 'jammedClosed', 'jammedUnknown'],
  },
  cashUnit: {
    ok: ['ok'],
    warning: ['high', 'low'],
    fault: ['full', 'empty', 'inoperative', 'missing', 'notConfigured', 'manipulated', 'jammed'],
  },
};

/** From best to worst. */
const order: readonly Severity[] = ['ok', 'unknown', 'warning', 'fault'];

const severityOfState: Record<TerminalState, Severity> = {
  'in-service': 'ok',
  degraded: 'warning',
  supervisor: 'warning',
  'out-of-service': 'fault',
};

export interface PartTrouble {
  part: string;
  status: string;
  severity: Severity;
  text: Words;
}

/** What a part's status means; a part or status that isn't in the vocabulary is unknown, never ok. */
export function severityOfPart(part: string, status: string): Severity {
  const words = Object.hasOwn(vocabulary, part) ? vocabulary[part] : vocabularyOfNumbered(part);
  return order.find((severity) => words?.[severity]?.includes(status)) ?? 'unknown';
}

/** Of what is stocked: true for what fills up with use and must be emptied, such as a cash unit; the rest is used up. */
export function fillsUp(part: string): boolean {
  return severityOfPart(part, 'full') === 'fault';
}

/** The worst of a terminal's state and its parts, in the order fault, warning, unknown, ok. */
export function severityOfTerminal(state: TerminalState, parts: Record<string, string>): Severity {
  return worst([
    severityOfState[state],
    ...Object.entries(parts).map(([part, status]) => severityOfPart(part, status)),
  ]);
}

export function worst(severities: readonly Severity[]): Severity {
  return order[Math.max(0, ...severities.map((severity) => order.indexOf(severity)))] ?? 'unknown';
}

/** The parts that aren't well, worst first, then by name. */
export function troubles(parts: Record<string, string>): PartTrouble[] {
  return Object.entries(parts)
    .map(([part, status]) => ({ part, status, severity: severityOfPart(part, status) }))
    .filter(({ severity }) => severity !== 'ok')
    .map((trouble) => ({ ...trouble, text: troubleText(trouble) }))
    .sort((a, b) => order.indexOf(b.severity) - order.indexOf(a.severity) || (a.part < b.part ? -1 : 1));
}

function vocabularyOfNumbered(part: string): Vocabulary | undefined {
  const name = /^([A-Za-z]+)-\d{1,2}$/.exec(part)?.[1];
  return name !== undefined && Object.hasOwn(vocabulary, name) ? vocabulary[name] : undefined;
}
