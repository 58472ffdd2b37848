// A scenario as people write it: some of a Profile, the rest ordinary.
import type { Static, TSchema } from 'typebox';
import Type from 'typebox';
import { idPattern } from '../../server/contracts/names.ts';
import { faultKinds } from '../model/fault-kinds.ts';

const strict = { additionalProperties: false };
const Factor = Type.Number({ minimum: 0, maximum: 100 });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM' });
const Range = Type.Tuple([Share, Share]);
const Span = { from: Time, to: Time };
const Id = Type.String({ pattern: idPattern });

function some<T extends Record<string, TSchema>>(properties: T) {
  return Type.Optional(Type.Partial(Type.Object(properties, strict), strict));
}

export const Scenario = Type.Object(
  {
    about: Type.String({ minLength: 1, maxLength: 200 }),
    demand: some({
      factor: Factor,
      services: Type.Record(Id, Factor),
      peaks: Type.Array(Type.Object({ ...Span, factor: Factor }, strict)),
    }),
    customers: some({
      patienceMin: Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 1440 }), Type.Literal('endless')]),
      selfServiceShare: Share,
    }),
    desks: some({
      serviceTimes: Type.Enum(['lognormal', 'exponential']),
      gaps: Type.Boolean(),
      plannedPauses: Type.Boolean(),
      absencesADay: Type.Number({ minimum: 0, maximum: 10 }),
      transferShare: Share,
    }),
    faults: some({
      factor: Factor,
      kinds: Type.Partial(
        Type.Object(
          Object.fromEntries(faultKinds.map((kind) => [kind, Factor])) as Record<
            (typeof faultKinds)[number],
            typeof Factor
          >,
          strict,
        ),
        strict,
      ),
    }),
    outages: Type.Optional(Type.Array(Type.Object(Span, strict))),
    brokerDeaths: Type.Optional(
      Type.Array(
        Type.Object(
          {
            at: Time,
            lostS: Type.Number({ minimum: 0, maximum: 3600 }),
            awayS: Type.Number({ minimum: 1, maximum: 86_400 }),
          },
          strict,
        ),
      ),
    ),
    doors: some({ missedIn: Range, missedOut: Range }),
    clocks: some({
      offsetS: Type.Number({ minimum: 0, maximum: 86_400 }),
      driftSPerDay: Type.Number({ minimum: 0, maximum: 3600 }),
    }),
  },
  strict,
);
export type Scenario = Static<typeof Scenario>;
