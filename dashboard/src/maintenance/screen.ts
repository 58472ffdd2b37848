import type { MaintenanceKey } from '../messages/maintenance.ts';
import { pageScreen } from '../ui/screen.svelte.ts';

export const [useScreen, provideScreen] = pageScreen<MaintenanceKey>();
