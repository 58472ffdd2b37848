import type { WallKey } from '../messages/wall.ts';
import { pageScreen } from '../ui/screen.svelte.ts';

export const [useScreen, provideScreen] = pageScreen<WallKey>();
