// The server alone: environment, signals, exit. Imported by nobody.
import './node-version.ts';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// What the former start compiled is taken as it is: walls wait for us. It holds only for what is loaded from here on. Kept beside the
// packages, where only who may change them can write; elsewhere Node would take it from a folder for everybody.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'hallwatch'));
const { oneLine } = await import('./errors.ts');
const { makeLog } = await import('./log.ts');
const { serve } = await import('./serve.ts');

const log = makeLog();
const longestEndMs = 1_800;

try {
  const server = await serve(process.env, log);
  process.stdout.write(`Hallwatch ready: ${server.url}  devices: ${server.mqttUrl}\n`);
  // Written down by now, or kill -9 would take it.
  server.begun.then(flushCompileCache, (error: unknown) => {
    process.stderr.write(`${oneLine(error)}\n`);
    process.exit(2);
  });
  const end = () => {
    // What hangs is cut off: SIGTERM ends us within 2 s.
    setTimeout(() => process.exit(0), longestEndMs).unref();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: String(error) }, 'not ended cleanly');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
} catch (error) {
  process.stderr.write(`${oneLine(error)}\n`);
  process.exit(2);
}
