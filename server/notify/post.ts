// One signed POST.
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Webhook } from '../contracts/registry.ts';

/** `refused`: somebody is there and doesn't take this one. `away`: nobody is, or not well. */
type Outcome = { is: 'taken' } | { is: 'refused' | 'away'; why: string };

const timeoutMs = 5_000;

/** Sends a body at `at`, epoch ms, which is signed with it; follows no redirect. Never throws. */
export async function post(
  { url, secret, secretFile }: Webhook,
  body: string,
  { at, signal }: { at: number; signal: AbortSignal },
): Promise<Outcome> {
  try {
    const key = secret ?? (secretFile ? (await readFile(secretFile, 'utf8')).trim() : '');
    if (key === '') return { is: 'away', why: 'its secret is empty' };
    const timestamp = String(Math.floor(at));
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'x-hallwatch-timestamp': timestamp,
        'x-hallwatch-signature': signatureOf(key, timestamp, body),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await answer.body?.cancel();
    if (answer.ok) return { is: 'taken' };
    const isAway = answer.status >= 500 || answer.status === 429 || answer.status === 408;
    return { is: isAway ? 'away' : 'refused', why: `answered ${answer.status}` };
  } catch (error) {
    return { is: 'away', why: reasonOf(error) };
  }
}

/** HMAC-SHA256, hex, over the timestamp, a full stop and the body as it is sent. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** The address may hold what nobody is to read: only what went wrong is told. */
function reasonOf(error: unknown): string {
  const { name, cause, code } = error as { name?: string; cause?: { code?: string }; code?: string };
  if (name === 'TimeoutError') return `no answer in ${timeoutMs / 1_000} s`;
  return cause?.code ?? code ?? name ?? 'not reached';
}
