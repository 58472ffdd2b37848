// Simulated devices as the simulator runs them, and what a test wants to know of them.
import { onTestFinished } from 'vitest';
import type { SimClock } from '../../firmware-sim/clock.ts';
import { Device } from '../../firmware-sim/device.ts';
import type { Body } from '../../firmware-sim/devices/sequenced.ts';
import { Sequence } from '../../firmware-sim/devices/sequenced.ts';
import { Gate } from '../../firmware-sim/gate.ts';
import type { DeviceKind } from '../../server/contracts/names.ts';

export interface TestDevice {
  id: string;
  device: Device;
  /** What it has published or has yet to: the last seq of each boot. */
  sent: Map<number, number>;
  boot(number: number): void;
  /** Makes so many messages of the current boot. */
  make(count: number): void;
}

const gate = new Gate(50);

/** A device of hall jiefang, switched on with boot `first` and gone when the test is. */
export function startDevice(
  id: string,
  kind: DeviceKind,
  { url, protocolVersion, clock }: { url: string; protocolVersion: 4 | 5; clock: SimClock },
  first = 1,
): TestDevice {
  const entry = { region: 'wuhan', hall: 'jiefang', id, kind };
  const device = new Device({ entry, broker: { url, protocolVersion }, clock, gate });
  const sent = new Map<number, number>();
  let boot = 0;
  let sequence = new Sequence<DeviceKind>(kind, 0);
  const one: TestDevice = {
    id,
    device,
    sent,
    boot(number) {
      boot = number;
      sequence = new Sequence<DeviceKind>(kind, boot);
      device.start(boot);
      sent.set(boot, 0);
    },
    make(count) {
      for (let i = 0; i < count; i++) {
        sequence.add(clock.now(), bodyOf(kind, sequence.messages.length));
        const message = sequence.messages.at(-1);
        if (message) device.add(message);
      }
      sent.set(boot, sequence.messages.length);
    },
  };
  onTestFinished(() => device.stop());
  one.boot(first);
  return one;
}

function bodyOf(kind: DeviceKind, n: number): Body<DeviceKind> {
  if (kind === 'door') return { in: n, out: 0 };
  if (kind === 'terminal') return { state: 'in-service', done: n, failed: 0 };
  return { event: n % 2 === 0 ? 'desk-opened' : 'desk-closed', desk: 'desk-1' };
}
