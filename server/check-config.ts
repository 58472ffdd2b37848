// `npm run check-config [folder]`: says everything that is wrong with a config folder, or what stands in it.
import './node-version.ts';
import { loadConfig } from './config/load.ts';
import { faultLine } from './config/yaml-file.ts';

const folder = process.argv[2] ?? process.env.HALLWATCH_CONFIG ?? 'config';
const { config, faults } = await loadConfig(folder);
if (config) {
  const { halls, devices, regions } = config;
  process.stdout.write(`${folder} is good: ${regions.size} regions, ${halls.size} halls, ${devices.size} devices\n`);
} else {
  for (const fault of faults) process.stderr.write(`${faultLine(fault)}\n`);
  process.stderr.write(`${faults.length} faults in ${folder}\n`);
  process.exitCode = 1;
}
