import { pino } from 'pino';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { ClientToServer, ServerToClient } from '../../server/contracts/live.ts';
import type { RunningServer } from '../../server/serve.ts';
import { serve } from '../../server/serve.ts';
import { tempFolder } from './cleanup.ts';
import { freePort } from './ports.ts';

export interface TestServer extends RunningServer {
  get(path: string): Promise<{ status: number; body: unknown }>;
  hall(id: string): Promise<HallLive>;
  /** The value of one line of /metrics, 0 when it isn't there. */
  metric(line: string): Promise<number>;
}

/** A whole server in this process, on ports and a data folder of its own. */
export async function startServer(
  env: Record<string, string> = {},
  log = pino({ level: 'silent' }),
): Promise<TestServer> {
  const own = {
    HALLWATCH_CONFIG: 'config',
    HALLWATCH_DATA: await tempFolder(),
    HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
    HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    ...env,
  };
  const server = await serve(own, log);
  onTestFinished(() => server.close());
  const get = async (path: string) => {
    const answer = await fetch(`${server.url}${path}`);
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
  return {
    ...server,
    get,
    async hall(id) {
      return (await get(`/api/halls/${id}`)).body as HallLive;
    },
    async metric(line) {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      const found = text.split('\n').find((one) => one.startsWith(`${line} `));
      return Number(found?.slice(line.length + 1) ?? 0);
    },
  };
}

export type LiveClient = Socket<ServerToClient, ClientToServer>;

/** A screen's connection. */
export function connectLive(url: string, headers: Record<string, string> = {}): LiveClient {
  const client: LiveClient = io(`${url}/live`, {
    transports: ['websocket'],
    extraHeaders: headers,
    forceNew: true,
    reconnection: false,
  });
  onTestFinished(() => {
    client.disconnect();
  });
  return client;
}
