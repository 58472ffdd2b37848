import { describe, expect, it } from 'vitest';
import { lacksNames, nameOfPath } from '../../../dashboard/src/live/halls.ts';
import { percentHere } from '../../../dashboard/src/wall/completeness.ts';
import { deskTally, deskTone, reasonKey } from '../../../dashboard/src/wall/desks.ts';
import { hoursOf } from '../../../dashboard/src/wall/hours.ts';
import { deskLayout, deviceRows, hallShape, isDense, isLong } from '../../../dashboard/src/wall/layout.ts';
import type { DeskLive } from '../../../server/contracts/hall-live.ts';
import type { HallInfo } from '../../../server/contracts/http.ts';
import { deskStates } from '../../../server/contracts/names.ts';
import { at10, device, hallLive, service } from './hall-live.ts';

const words = { 'zh-CN': '综合业务', en: 'General' };
const info: HallInfo = {
  id: 'jiefang',
  region: 'wuhan',
  regionName: words,
  name: words,
  type: 'flagship',
  ownership: 'own',
  capacity: 60,
  timeZone: 'Asia/Shanghai',
  emptyAt: '04:00',
  zones: [],
  devices: [
    { id: 'door', kind: 'door', type: null, does: [], accepts: [], sole: [], zone: 'z', name: words },
    { id: 'queue', kind: 'queue', type: null, does: [], accepts: [], sole: [], zone: 'z', name: words },
  ],
  services: [{ id: 'general', name: words, letter: 'A' }],
  desks: [],
};

function desk(id: string, state: DeskLive['state']): DeskLive {
  return { id, state, ticket: null, service: null, since: null, until: null, reason: null, probablyGone: false };
}

describe('which hall a page is about', () => {
  it('stands in its path', () => {
    expect(nameOfPath('/wall/jiefang')).toBe('jiefang');
    expect(nameOfPath('/wall/%E5%8E%85')).toBe('厅');
    expect(nameOfPath('/wall/%E5%8')).toBe('%E5%8');
    expect(nameOfPath('/wall')).toBe('');
  });

  it('needs its names again when a reloaded config brought something new', () => {
    expect(lacksNames(info, hallLive())).toBe(false);
    expect(lacksNames(info, hallLive({ services: [service('vip')] }))).toBe(true);
  });
});

describe('opening hours', () => {
  const hours = (open: boolean, opensAt: number | null, closesAt: number | null) =>
    hoursOf({ open, opensAt, closesAt }, at10);

  it('of today, of all day, and of the next opening', () => {
    const times = { from: at10 - 1, to: at10 + 1 };
    expect(hours(true, times.from, times.to)).toEqual({ key: 'hall.hours', times });
    expect(hours(true, null, null)).toEqual({ key: 'hall.allDay', times: {} });
    expect(hours(false, at10 + 1, at10 + 2)).toEqual({ key: 'hall.opens', times: { at: at10 + 1 } });
    expect(hours(false, at10 - 2, at10 - 1)?.key).toBe('hall.hours');
    expect(hours(true, null, at10 + 1)).toEqual({ key: 'hall.until', times: { to: at10 + 1 } });
    expect(hours(false, null, null)).toBeNull();
  });
});

describe('desks', () => {
  it('are counted by state, without the states nobody is in', () => {
    expect(
      deskTally({ desks: [desk('1', 'closed'), desk('2', 'serving'), desk('3', 'serving')], truncated: null }),
    ).toEqual([
      ['serving', 2],
      ['closed', 1],
    ]);
  });

  it('have words for the usual reasons of a pause, and leave others as they came', () => {
    expect(reasonKey('lunch')).toBe('desk.reason.lunch');
    expect(reasonKey('toner')).toBeNull();
  });

  it('L3: only look well while they work', () => {
    expect(deskStates.filter((state) => deskTone(state) === 'ok')).toEqual(['calling', 'serving']);
  });
});

describe('a hall of any size', () => {
  it('shows what it has', () => {
    expect(hallShape(hallLive())).toBe('both');
    expect(hallShape(hallLive({ devices: [device('queue', 'queue')] }))).toBe('queue');
    expect(hallShape(hallLive({ services: [] }))).toBe('people');
    expect(hallShape(hallLive({ services: [], devices: [] }))).toBe('people');
  });

  it('spreads many desks over even rows across the screen', () => {
    expect(deskLayout(7, 'both')).toEqual({ across: false, columns: 7 });
    expect(deskLayout(28, 'both')).toEqual({ across: true, columns: 14 });
    expect(deskLayout(16, 'queue')).toEqual({ across: true, columns: 8 });
    expect(deskLayout(1, 'both').columns).toBe(3);
    expect(deskLayout(0, 'both').columns).toBe(3);
  });

  it('gives devices as many rows as they need', () => {
    expect([1, 6, 7, 14, 15, 30, 31].map(deviceRows)).toEqual([1, 1, 2, 2, 3, 3, 4]);
  });

  it('moves closer together where there is much of it', () => {
    const desks = Array.from({ length: 28 }, (_, i) => desk(String(i), 'idle'));
    const services = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => service(id));
    expect(isDense(hallLive(), info, 'en')).toBe(false);
    expect(isDense(hallLive({ desks, services }), info, 'en')).toBe(true);
    const machines = Array.from({ length: 20 }, (_, i) => device(`t${i}`, 'terminal'));
    const many = hallLive({ devices: [...hallLive().devices, ...machines], services: services.slice(0, 4) });
    expect(isDense({ ...many, desks: desks.slice(0, 7) }, info, 'en')).toBe(true);
  });

  it('knows a name that won’t fit on a line', () => {
    expect(isLong('Regular (English)')).toBe(false);
    expect(isLong('General business incl. broadband')).toBe(true);
    expect(isLong('综合业务（含宽带）')).toBe(false);
    expect(isLong('综合业务（含宽带与固话）')).toBe(true);
  });
});

describe("the share of today's messages that is here", () => {
  it('is not worth a word while it is whole, or while nothing was sent', () => {
    expect(percentHere(1)).toBeNull();
    expect(percentHere(null)).toBeNull();
  });

  it('never looks whole when something is missing', () => {
    expect(percentHere(0.9924)).toBe('99.2');
    expect(percentHere(0.9999999)).toBe('99.9');
    expect(percentHere(0.5)).toBe('50.0');
    expect(percentHere(0)).toBe('0.0');
  });
});
