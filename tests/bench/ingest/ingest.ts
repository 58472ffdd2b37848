// From the broker to the screen, with real processes: the server as it is run, its own Mosquitto under the shipped config, the
// load in a process of its own.
import { rm } from 'node:fs/promises';
import type { Bench } from '../figures.ts';
import { backlogFigures } from './backlog.ts';
import { latencyFigures } from './latency.ts';
import { recoveryFigures } from './recovery.ts';
import { tempFolder } from './server.ts';
import { throughputFigures } from './throughput.ts';
import { writeWorld } from './world.ts';

const parts = {
  throughput: throughputFigures,
  latency: latencyFigures,
  backlog: backlogFigures,
  recovery: recoveryFigures,
};

export const ingestBench: Bench = {
  about: `from MQTT to the screen; parts: ${Object.keys(parts).join(', ')}`,
  async run(say, only) {
    const config = await tempFolder('config');
    await writeWorld(config, 100);
    const figures = [];
    for (const [name, part] of Object.entries(parts)) {
      if (only.length === 0 || only.includes(name)) figures.push(...(await part(config, say)));
    }
    await rm(config, { recursive: true });
    return figures;
  },
};
