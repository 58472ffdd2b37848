import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Clock } from '../../clock.ts';
import type { HallConfig } from '../../config/hall-config.ts';
import { HallLive } from '../../contracts/hall-live.ts';
import { ErrorBody, HallInfo, HallParams } from '../../contracts/http.ts';
import { HallwatchError } from '../../errors.ts';
import type { Halls } from '../../hall/halls.ts';

/** GET /api/halls and /api/halls/:hall. */
export function hallRoutes({ halls, clock }: { halls: Halls; clock: Clock }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/halls',
      {
        schema: {
          summary: 'The registry: every hall with its zones, devices, services and desks',
          response: { 200: Type.Array(HallInfo) },
        },
      },
      () =>
        halls.ids.flatMap((id) => {
          const hall = halls.get(id);
          return hall ? [infoOf(hall.config)] : [];
        }),
    );
    app.get(
      '/api/halls/:hall',
      {
        schema: {
          summary: 'One hall’s picture now: HallLive',
          params: HallParams,
          response: { 200: HallLive, 404: ErrorBody },
        },
      },
      (request) => {
        const { hall } = request.params;
        const picture = halls.live(hall, clock.now());
        if (!picture)
          throw new HallwatchError('unknown-hall', {
            what: `there is no hall "${hall}"`,
            fix: 'GET /api/halls lists them',
          });
        return picture.live;
      },
    );
  };
}

function infoOf({ file, regionName, days, devices, zoneHours, hours }: HallConfig): HallInfo {
  const { id, region, name, type, ownership, capacity, timeZone } = file;
  return {
    id,
    region,
    regionName,
    name,
    type,
    ownership,
    capacity,
    timeZone,
    emptyAt: days.emptyAt,
    zones: file.zones.map((zone) => ({
      id: zone.id,
      kind: zone.kind,
      name: zone.name,
      always: (zoneHours.get(zone.id) ?? hours).isAlways,
    })),
    devices: [...devices.values()].map((device) => ({
      id: device.id,
      kind: device.kind,
      type: device.terminal?.type ?? null,
      zone: device.zone,
      name: device.name,
      does: device.terminal?.does ?? [],
      accepts: device.terminal?.accepts ?? [],
      sole: device.terminal?.does.filter((what) => isSole(file, what)) ?? [],
    })),
    services: file.services.map(({ id: service, name: serviceName, letter }) => ({
      id: service,
      name: serviceName,
      letter,
    })),
    desks: file.desks.map(({ id: desk, label, zone, serves }) => ({ id: desk, label, zone, serves })),
  };
}

/** True when one machine of the hall does this and no other: where it fails, customers can't do it here at all. */
function isSole({ terminals }: HallConfig['file'], what: string): boolean {
  return terminals.filter(({ does }) => does.includes(what)).length === 1;
}
