// Leaves out of the pages what libraries carry for uses that these pages never make of them: 4.5 kB gzip of the wall.
import type { Plugin } from 'vite';

interface Omission {
  /** How the module's path ends. */
  module: string;
  edit: (code: string) => string;
}

const omissions: Omission[] = [
  {
    // The server takes WebSockets alone (SEMANTICS S1).
    module: '/engine.io-client/build/esm/transports/index.js',
    edit: (code) => code.replace('webtransport: WT,', '').replace('polling: XHR,', ''),
  },
  {
    // Taking over HTML that a server rendered, which ours doesn't. Svelte keeps this behind one variable for bundlers to see
    // that it is never true; this one sees that only of a constant.
    module: '/svelte/src/internal/client/dom/hydration.js',
    edit: (code) => code.replace('export let hydrating', 'export const hydrating').replace('hydrating = value;', ''),
  },
  {
    // Fetching a later script's own styles and parts before it: it has none, as all styles come with the page.
    module: '\0vite/preload-helper.js',
    edit: () => 'export const __vitePreload = (load) => load();',
  },
];

/** Imported for what is used of them alone: by themselves they only try what the browser can do. */
const idleModules = /\/engine\.io-client\/build\/esm\/transports\//;

/** A library's next version may not have what is cut here: then the build fails, and says where to look again. */
export function leaveOut(): Plugin {
  return {
    name: 'leave-out',
    transform(code, id) {
      const omission = omissions.find(({ module }) => id.endsWith(module));
      if (!omission) return idleModules.test(id) ? { moduleSideEffects: false } : null;
      const left = omission.edit(code);
      if (left === code) this.error(`${id} is not as it was: look again at dashboard/build/leave-out.ts`);
      return { code: left, map: null, moduleSideEffects: false };
    },
  };
}
