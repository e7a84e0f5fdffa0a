import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Files with little traffic at a time, which wait for most of their time or do not care when: a few of them do not feel each other. */
const MOSTLY_WAITING = [
  'contract',
  'dashboard-terminal',
  'gremlins',
  'killed',
  'luck',
  'orphans',
  'pending',
  'planted',
  'policies',
  'recovery',
  'replay',
  'reset',
  'strikes',
  'switch',
  'up',
  'verdicts',
  'virtual',
].map((name) => `test/e2e/${name}.test.ts`)
/** Reports in a real browser, where there is one. */
const IN_A_BROWSER = 'test/browser/**/*.test.ts'

const E2E_ENV = {
  // Built once, before: the commands under test need not look again.
  FAULTLINE_NO_SET_UP: '1',
  // Hundreds of services are started, and each would compile the same code; the command does the same for its own.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
}

export default defineConfig({
  test: {
    // Locally as in CI: a test that was left alone or switched off is a failure, not a smaller run.
    allowOnly: false,
    globalSetup: ['test/support/temporary-root.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/*.test.ts'],
          sequence: { groupOrder: 0 },
          // Without this one core of two would be left idle.
          maxWorkers: 2,
          // Most of a small file's time would be the loading of what the file before has loaded. No test leaves anything behind.
          isolate: false,
          // Properties take a while on a machine that is busy with something else; none of these tests is about time.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: MOSTLY_WAITING,
          globalSetup: ['test/support/build.ts'],
          env: E2E_ENV,
          // Real processes from dist/ that measure time: one file after the other, when nothing else runs.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e, several at a time',
          include: [...MOSTLY_WAITING, IN_A_BROWSER],
          globalSetup: ['test/support/build.ts'],
          env: E2E_ENV,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
