import { defineConfig } from 'vitest/config'

// Tests read TypeScript source across packages: no build stands between a change and its test.
const source = {
  resolve: { conditions: ['@proxyapi/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@proxyapi/source', 'node', 'import', 'default'] } },
}

// Every JSON answer of a gateway in a test is held to the schema of its route.
const setupFiles = ['tooling/vitest/check-answers.ts']

export default defineConfig({
  ...source,
  test: {
    projects: [
      {
        ...source,
        test: { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tooling/**/*.test.ts'], setupFiles },
      },
      { ...source, test: { name: 'e2e', include: ['apps/*/test/**/*.test.ts'], testTimeout: 30_000, setupFiles } },
    ],
  },
})
