// A server that kills itself, as a power cut would, the nth time a message reaches a place on its walk. Started by tests as a
// process of its own: CRASH_AT is such as `committed:7`, or empty.
import { makeLog } from '../../server/log.ts';
import { serve } from '../../server/serve.ts';

const [point, nth] = (process.env.CRASH_AT ?? '').split(':');
let passed = 0;

await serve(process.env, makeLog('silent'), {
  // Small enough that twenty lives see new files and many snapshots.
  fileBytes: 2 ** 20,
  snapshotAfter: { ms: 200, entries: 500 },
  probe(at) {
    if (at !== point) return;
    passed++;
    if (passed >= Number(nth)) process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write('ready\n');
