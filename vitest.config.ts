import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/build-dashboard.ts'],
    reporters: ['default', './tests/support/closing-line.ts'],
    // Generous, because shared machines stall; no test asserts on time unless its subject is time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
