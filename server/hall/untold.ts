/** What of a picture a hall doesn't know itself: whoever asks for it adds it. */
export const untold = { alerts: null, alertsOpen: null, alertsExplained: null, truncated: null } as const;
