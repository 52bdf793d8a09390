import { defineConfig } from 'vitest/config'

// Tests read TypeScript source across packages: no build stands between a change and its test.
// `import` is not named: Node would take it for what CommonJS packages require, too, and give them modules.
const source = {
  resolve: { conditions: ['@proxyapi/source', 'node'] },
  ssr: { resolve: { conditions: ['@proxyapi/source', 'node'] } },
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
