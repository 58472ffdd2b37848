import { describe, expect, it } from 'vitest';
import { hallShare, longestWait, serviceShare, waitTone } from '../../../dashboard/src/wall/waits.ts';
import type { ServiceLive } from '../../../server/contracts/hall-live.ts';
import { at10, service } from './hall-live.ts';

const of = (services: ServiceLive[]) => ({ services, truncated: null });
const age = (since: number) => at10 - since;

describe('the colour of a wait', () => {
  it('is care from 80 % of the limit to the limit, and late beyond it', () => {
    expect(waitTone(719_999, 900)).toBe('plain');
    expect(waitTone(720_000, 900)).toBe('care');
    expect(waitTone(900_000, 900)).toBe('care');
    expect(waitTone(900_001, 900)).toBe('late');
  });

  it('is plain without a limit, and late at once under a limit of none', () => {
    expect(waitTone(10_000_000, null)).toBe('plain');
    expect(waitTone(0, 0)).toBe('plain');
    expect(waitTone(1, 0)).toBe('late');
  });
});

describe('the longest wait of a hall', () => {
  it('is the longest in time, in the colour of its own limit', () => {
    const services = [
      service('general', { longestSince: at10 - 600_000 }),
      service('vip', { longestSince: at10 - 400_000, limitS: 300 }),
    ];
    expect(longestWait(services, age)).toMatchObject({ service: { id: 'general' }, waitMs: 600_000, tone: 'plain' });
  });

  it('is nobody’s when nobody waits', () => {
    expect(longestWait([service('general')], age)).toBeNull();
    expect(longestWait([], age)).toBeNull();
  });
});

describe('the share called within the limit', () => {
  it('rounds down, so that a missed target never reads as met', () => {
    const share = serviceShare(service('general', { calledToday: 1_000, withinLimitToday: 949 }));
    expect(share).toMatchObject({ percent: 94, targetPercent: 95, met: false });
    expect(serviceShare(service('general', { calledToday: 100, withinLimitToday: 29 }))?.percent).toBe(29);
  });

  it('is met at the target itself', () => {
    expect(serviceShare(service('general', { calledToday: 20, withinLimitToday: 19 }))?.met).toBe(true);
  });

  it('is neither met nor missed before the first call', () => {
    expect(serviceShare(service('general'))).toMatchObject({ percent: null, met: null });
  });

  it('L3: isn’t known where the counts aren’t, and then not for the hall either', () => {
    const unheard = service('vip', { calledToday: null, withinLimitToday: null });
    expect(serviceShare(unheard)).toBeNull();
    expect(hallShare(of([service('general', { calledToday: 5, withinLimitToday: 5 }), unheard]))).toBeNull();
    expect(hallShare(of([]))).toBeNull();
  });

  it('of a hall adds calls up, and weighs targets by them', () => {
    const general = service('general', { calledToday: 90, withinLimitToday: 81, targetShare: 0.9 });
    const vip = service('vip', { calledToday: 10, withinLimitToday: 10, targetShare: 1 });
    expect(hallShare(of([general, vip]))).toEqual({
      within: 91,
      called: 100,
      percent: 91,
      targetPercent: 91,
      met: true,
    });
  });
});
