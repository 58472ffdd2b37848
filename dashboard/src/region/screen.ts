import type { RegionKey } from '../messages/region.ts';
import type { Screen } from '../ui/screen.svelte.ts';
import { pageScreen } from '../ui/screen.svelte.ts';

export type RegionScreen = Screen<RegionKey>;

export const [useScreen, provideScreen] = pageScreen<RegionKey>();
