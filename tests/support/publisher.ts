import type { MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import { onTestFinished } from 'vitest';

/** A plain MQTT client that is gone when the test is. */
export async function publisher(url: string, options: Parameters<typeof connectAsync>[1] = {}): Promise<MqttClient> {
  const client = await connectAsync(url, { protocolVersion: 4, ...options });
  client.on('error', () => {
    // A broker that drops us is part of some tests; they look at the outcome.
  });
  onTestFinished(() => client.endAsync(true));
  return client;
}

/** Publishes one message with QoS 1 and waits for its acknowledgement. */
export async function publish(client: MqttClient, topic: string, message: object | string | Buffer): Promise<void> {
  const payload = typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message);
  await client.publishAsync(topic, payload, { qos: 1 });
}
