/**
 * Why a message is acknowledged and otherwise ignored. `empty`: whoever clears a topic publishes nothing there.
 * `retained-unplaced`: what a broker still keeps of a device that the registry doesn't have any more, or has
 * elsewhere.
 */
export type IgnoredReason = 'empty' | 'retained-unplaced';
