import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Alerts } from '../../alerts/alerts.ts';
import type { Actor } from '../../contracts/alerts.ts';
import {
  Alert,
  AlertAction,
  AlertActionParams,
  AlertParams,
  AlertsQuery,
  AlertWithLife,
  FaultsQuery,
  Silence,
  SilenceRequest,
} from '../../contracts/alerts.ts';
import { ErrorBody } from '../../contracts/http.ts';
import { HallwatchError } from '../../errors.ts';
import type { Halls } from '../../hall/halls.ts';
import { hallOf } from '../asking/places.ts';

interface Parts {
  alerts: Alerts;
  halls: Halls;
  regions: () => ReadonlyMap<string, unknown>;
}

/** A4: until there are accounts, whoever asks is on this machine and has no other name. */
const somebody: Actor = { name: 'loopback', via: 'loopback' };
const refusals = { 400: ErrorBody, 404: ErrorBody };
const changes = { ...refusals, 503: ErrorBody };

/** GET /api/alerts, /api/alerts/:id, /api/faults, /api/silences, and what people do with them. */
export function alertRoutes({ alerts, halls, regions }: Parts): FastifyPluginAsyncTypebox {
  const regionOf = (hall: string | null) => (hall === null ? null : halls.known(hall)?.config.region);
  return async (app) => {
    app.get(
      '/api/alerts',
      {
        schema: {
          summary: 'Alerts, the worst first; without state all that aren’t resolved. Of resolved ones the latest 1,000',
          querystring: AlertsQuery,
          response: { 200: Type.Array(Alert), ...refusals },
        },
      },
      ({ query: { hall, region, state } }) => {
        if (hall !== undefined) hallOf(halls, hall);
        if (region !== undefined) checkRegion(regions(), region);
        return alerts
          .list(state)
          .filter((one) => hall === undefined || one.hall === hall)
          .filter((one) => region === undefined || regionOf(one.hall) === region);
      },
    );
    app.get(
      '/api/alerts/:id',
      {
        schema: {
          summary: 'One alert with everything that happened to it',
          params: AlertParams,
          response: { 200: AlertWithLife, ...refusals },
        },
      },
      ({ params }) => alerts.get(params.id),
    );
    app.post(
      '/api/alerts/:id/:action',
      {
        schema: {
          summary:
            'Acknowledges, assigns (to), writes a note (note) to, or resolves (cause) an alert; answers it as it is then',
          params: AlertActionParams,
          body: AlertAction,
          response: { 200: Alert, ...changes, 409: ErrorBody },
        },
        // Nothing said is nothing but the action.
        preValidation: async (request) => {
          request.body ??= {};
        },
      },
      ({ params: { id, action }, body }) => alerts.act(id, action, body, somebody),
    );
    app.get(
      '/api/faults',
      {
        schema: {
          summary: 'Alerts about devices alone; without state all that aren’t resolved',
          querystring: FaultsQuery,
          response: { 200: Type.Array(Alert), ...refusals },
        },
      },
      ({ query: { hall, device, state } }) => {
        if (hall !== undefined) hallOf(halls, hall);
        return alerts
          .list(state)
          .filter(({ subject }) => subject.kind === 'device' && (device === undefined || subject.id === device))
          .filter((one) => hall === undefined || one.hall === hall);
      },
    );
    app.get(
      '/api/silences',
      {
        schema: {
          summary: 'Silences and maintenance windows that hold or will; with all=true the latest 1,000 that there were',
          querystring: Type.Object({ all: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
          response: { 200: Type.Array(Silence), 400: ErrorBody },
        },
      },
      ({ query }) => alerts.silences(query.all ?? false),
    );
    app.post(
      '/api/silences',
      {
        schema: {
          summary: 'Silences a hall, a device, a rule, or what is all of those named, from (now without it) to',
          body: SilenceRequest,
          response: { 200: Silence, ...changes },
        },
      },
      ({ body }) => {
        if (body.hall !== undefined) hallOf(halls, body.hall);
        if (body.device !== undefined) checkDevice(halls, body.device);
        return alerts.silence(body, somebody);
      },
    );
    app.post(
      '/api/silences/:id/end',
      {
        schema: { summary: 'Ends a silence now', params: AlertParams, response: { 200: Silence, ...changes } },
      },
      ({ params }) => alerts.endSilence(params.id),
    );
  };
}

function checkRegion(regions: ReadonlyMap<string, unknown>, region: string): void {
  if (regions.has(region)) return;
  throw new HallwatchError('unknown-region', {
    what: `there is no region "${region}" here`,
    fix: 'GET /api/halls names the region of each hall',
  });
}

function checkDevice(halls: Halls, device: string): void {
  if (halls.ids.some((id) => halls.get(id)?.config.devices.has(device))) return;
  throw new HallwatchError('bad-request', {
    what: `no hall has a device "${device}"`,
    fix: 'GET /api/halls lists the devices of each',
  });
}
