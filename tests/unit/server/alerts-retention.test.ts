// What the register forgets, and what it doesn't; silences that would do nothing.
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { Register } from '../../../server/alerts/register.ts';
import { Retention } from '../../../server/alerts/retention.ts';
import { Silences } from '../../../server/alerts/silences.ts';
import type { Alert, Transition } from '../../../server/contracts/alerts.ts';
import { alertOf } from '../../support/alert-of.ts';
import { tempFolder } from '../../support/cleanup.ts';

const day = 86_400_000;
const now = 1_000 * day;
const actor = { name: 'loopback', via: 'loopback' as const };

async function openRegister(): Promise<Register> {
  const register = new Register(join(await tempFolder(), 'register.db'));
  onTestFinished(() => register.close());
  return register;
}

let made = 0;

/** An alert that went through these steps and was resolved at `at`; answers its id. */
function resolved(
  register: Register,
  at: number,
  change: Partial<Alert> = {},
  whats: Transition['what'][] = [],
): string {
  const alert = alertOf('', {
    rule: 'wait-care',
    subject: { kind: 'service', id: `service ${++made}` },
    severity: 'info',
    state: 'resolved',
    raisedAt: at,
    resolvedAt: at,
    ...change,
  });
  const { severity, state } = alert;
  const told = (what: Transition['what']) => ({
    what,
    at,
    actor: what === 'noted' ? actor : null,
    note: null,
    state,
    severity,
  });
  const [born] = register.keep([{ alert, transition: told('raised') }], () => [], at);
  const known = born?.alert ?? alert;
  for (const what of whats) register.keep([{ alert: known, transition: told(what) }], () => [], at);
  return known.id;
}

const tidied = (register: Register) =>
  new Retention({ register, days: { all: 400, info: 30 }, log: pino({ level: 'silent' }) });

it('forgets what nobody cared for after a month, all else after the whole time, with all that happened to it', async () => {
  const register = await openRegister();
  const old = now - 31 * day;
  const mild = resolved(register, old, {}, ['resolved']);
  const kept = [
    resolved(register, now - 29 * day),
    resolved(register, old, { severity: 'warning' }),
    resolved(register, old, { acknowledged: { at: old, actor } }),
    resolved(register, old, { assignedTo: 'Li' }),
    resolved(register, old, { resolvedBy: actor }),
    resolved(register, old, {}, ['noted']),
    resolved(register, now - 399 * day, { resolvedBy: actor }),
    resolved(register, now - 800 * day, { state: 'open', resolvedAt: null }),
  ];
  const gone = resolved(register, now - 401 * day, { severity: 'critical', resolvedBy: actor });
  register.told(1_000);
  tidied(register).tidy(now);
  expect(kept.map((id) => register.get(id)?.id)).toEqual(kept);
  for (const id of [mild, gone]) {
    expect(register.get(id)).toBeNull();
    expect(register.transitions(id)).toEqual([]);
  }
});

it('keeps what history was not told of', async () => {
  const register = await openRegister();
  const id = resolved(register, now - 500 * day);
  const retention = tidied(register);
  retention.tidy(now);
  expect(register.get(id)).not.toBeNull();
  register.told(1_000);
  // Nothing was due a moment ago: it looks again some minutes later.
  retention.tidy(now + 3_600_000);
  expect(register.get(id)).toBeNull();
});

it('goes on with the next slice some seconds later, however often it is asked, and survives a register that fails', async () => {
  const asked: number[] = [];
  let left = 1_200;
  const register = {
    forget(_before: { all: number; info: number }, limit: number) {
      asked.push(limit);
      if (asked.length === 1) throw new Error('disk full');
      const some = Math.min(limit, left);
      left -= some;
      return some;
    },
  };
  const retention = new Retention({ register, days: { all: 400, info: 30 }, log: pino({ level: 'silent' }) });
  for (let beat = 0; beat < 10; beat++)
    for (let alert = 0; alert < 3; alert++) retention.tidy(now + beat * 5_000 + alert);
  expect(left).toBe(0);
  expect(asked.length).toBe(4);
});

it('a silence of what is about the server names no hall or device', async () => {
  const silences = new Silences(await openRegister(), now);
  const asked = { to: now + day, why: 'InfluxDB is moved' };
  expect(() => silences.add({ ...asked, rule: 'history-delayed', hall: 'jiefang' }, actor, now)).toThrow(
    expect.objectContaining({ code: 'bad-request', message: expect.stringContaining('history-delayed') }),
  );
  silences.add({ ...asked, rule: 'history-delayed' }, actor, now);
  // Missing data may be a device's, too.
  silences.add({ ...asked, rule: 'data-missing', hall: 'jiefang' }, actor, now);
  expect(silences.idFor(null, { rule: 'history-delayed', subject: { kind: 'system', id: 'history' } }, now)).toBe('1');
});
