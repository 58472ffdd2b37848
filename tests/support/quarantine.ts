import type { QuarantineEntry } from '../../server/contracts/http.ts';
import type { TestServer } from './server.ts';

/** Entries of a server's quarantine, by query such as `?hall=jiefang`. */
export async function quarantineOf(server: TestServer, query = ''): Promise<QuarantineEntry[]> {
  const { status, body } = await server.get(`/api/quarantine${query}`);
  if (status !== 200) throw new Error(`GET /api/quarantine${query} answered ${status}: ${JSON.stringify(body)}`);
  return body as QuarantineEntry[];
}

/** Tries an entry again, as a script of this machine would. */
export async function retryEntry(
  server: TestServer,
  id: number | string,
  init: RequestInit = {},
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${server.url}/api/quarantine/${id}/retry`, { method: 'POST', ...init });
  return { status: answer.status, body: (await answer.json()) as unknown };
}
