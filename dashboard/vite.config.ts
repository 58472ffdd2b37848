import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Each page is an HTML file of its own here, listed in `input`: there is no router. The server hands out dist/<page>.html
// and the hashed files under /assets/.
export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The page's content policy allows files of our own only: nothing is inlined as a data URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        wall: new URL('wall.html', import.meta.url).pathname,
        region: new URL('region.html', import.meta.url).pathname,
        quarantine: new URL('quarantine.html', import.meta.url).pathname,
      },
    },
  },
});
