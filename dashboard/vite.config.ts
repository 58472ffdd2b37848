import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { leaveOut } from './build/leave-out.ts';

// Each page is an HTML file of its own here: there is no router. The server hands out dist/<page>.html and the hashed files
// under /assets/. The wall comes last: that it is there says that all are (server/launcher/build.ts).
const pages = ['quarantine', 'region', 'maintenance', 'wall'];

const page = (name: string) => ({
  consumer: 'client' as const,
  build: {
    emptyOutDir: name === pages[0],
    rolldownOptions: { input: { [name]: new URL(`${name}.html`, import.meta.url).pathname } },
  },
});

export default defineConfig({
  plugins: [svelte(), leaveOut()],
  // Each page is built by itself: in what pages share, one would load what only another one uses.
  environments: Object.fromEntries(pages.map((name) => [name, page(name)])),
  builder: {
    async buildApp({ build, environments }) {
      for (const name of pages) if (environments[name]) await build(environments[name]);
    },
  },
  build: {
    outDir: 'dist',
    // One file of styles for a page, with what comes later too (build/leave-out.ts).
    cssCodeSplit: false,
    // The page's content policy allows files of our own only: nothing is inlined as a data URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
