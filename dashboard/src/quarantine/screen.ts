import type { QuarantineKey } from '../messages/quarantine.ts';
import { pageScreen } from '../ui/screen.svelte.ts';

export const [useScreen, provideScreen] = pageScreen<QuarantineKey>();
