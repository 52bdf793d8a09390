import { createProviderTable } from '@proxyapi/core/serving'
import { toGenAiProvider } from '@proxyapi/logging'
import { expect, it } from 'vitest'

// Logging knows no providers, so it holds the names that differ from our types a second time.
it.each(createProviderTable().definitions.map(({ type, genAiName }) => [type, genAiName ?? type]))('reports %s as %s', (type, name) => {
  expect(toGenAiProvider(type)).toBe(name)
})
