import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import type { WebhookBody } from '../../server/contracts/alerts.ts';

interface Received {
  headers: NodeJS.Dict<string | string[]>;
  body: string;
  told: WebhookBody;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** What it answers with from here on. */
  answer: { status: number; headers?: Record<string, string> };
  close(): Promise<void>;
}

/** A real server that takes webhooks, gone when the test is. */
export async function startReceiver(port: number): Promise<Receiver> {
  const received: Received[] = [];
  const answer: Receiver['answer'] = { status: 200 };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    received.push({ headers: request.headers, body, told: JSON.parse(body) as WebhookBody });
    response.writeHead(receiver.answer.status, receiver.answer.headers).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const receiver: Receiver = { url: `http://127.0.0.1:${port}/hook`, received, answer, close };
  return receiver;
}
