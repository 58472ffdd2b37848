import type { IngestState } from '../contracts/names.ts';

/** Where messages come from: the built-in broker or one of the installation's own. */
export interface Source {
  /** `ok` once messages can arrive; otherwise what they wait for. */
  readonly state: IngestState;
  /** The same in words, for /readyz; null when `ok`. */
  readonly detail: string | null;
  /** The MQTT address that devices of this installation use. */
  readonly address: string;
  /** Sends a message to whoever listens: QoS 1, not retained. Nothing happens while there is no broker. */
  publish(topic: string, payload: string): void;
  close(): Promise<void>;
}
