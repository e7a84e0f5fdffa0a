import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The recipe for laptops without a network, `docs/offline.md`: it writes half a gigabyte, so only CI runs it. */
export default defineConfig({
  test: {
    allowOnly: false,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/offline/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    env: { FAULTLINE_NO_SET_UP: '1' },
    testTimeout: 300_000,
  },
})
