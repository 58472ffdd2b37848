// config/calendar.yaml: days that differ from the week, in hours or in who comes. docs/usual.md says how kinds of day work.
import type { Static } from 'typebox';
import Type from 'typebox';
import { Words } from './http.ts';
import { Hours, Id } from './schema.ts';

const strict = { additionalProperties: false };
const Day = Type.String({ format: 'date', pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'YYYY-MM-DD' });
const halls = Type.Optional(Type.Array(Id, { description: 'only these halls; all when left out' }));
/** Both ends belong to it. */
const span = { from: Day, to: Type.Optional(Day), halls };

/** What a date of `days` counts as: `ordinary` keeps the kind that it would have without its other hours. */
export const specialKinds = ['holiday', 'workday', 'ordinary'] as const;
export const monthlyKinds = ['bill', 'pay'] as const;

export const CalendarFile = Type.Object(
  {
    days: Type.Array(
      Type.Object(
        {
          date: Day,
          name: Words,
          hours: Type.Optional(Hours),
          kind: Type.Optional(
            Type.Enum([...specialKinds], {
              description: 'holiday (the default), workday (a weekend day worked as a weekday) or ordinary',
            }),
          ),
          halls,
        },
        strict,
      ),
    ),
    springFestival: Type.Optional(
      Type.Object(
        {
          before: Type.Integer({ minimum: 0, maximum: 30, description: 'days before lunar new year' }),
          after: Type.Integer({ minimum: 0, maximum: 30, description: 'days after it' }),
        },
        strict,
      ),
    ),
    monthly: Type.Optional(
      Type.Array(
        Type.Object(
          {
            kind: Type.Enum([...monthlyKinds]),
            day: Type.Union([Type.Integer({ minimum: 1, maximum: 31 }), Type.Literal('last')], {
              description: 'a day of the month, 1 to 31, or last',
            }),
            halls,
          },
          strict,
        ),
      ),
    ),
    schoolStart: Type.Optional(Type.Array(Type.Object(span, strict))),
    campaigns: Type.Optional(Type.Array(Type.Object({ name: Words, ...span }, strict))),
    leaveOut: Type.Optional(Type.Array(Type.Object({ ...span, reason: Words }, strict))),
  },
  strict,
);
export type CalendarFile = Static<typeof CalendarFile>;
