import { expect, it } from 'vitest'
import { defaultRouting, toRoutingOptions } from './routing-options.ts'

it('keeps a default where nothing, or only nothing by name, is given', () => {
  const nothing = { maxAttempts: undefined, baseDelayMs: 5 } as unknown as { readonly baseDelayMs: number }
  expect(toRoutingOptions({ retry: nothing }).retry).toEqual({ ...defaultRouting.retry, baseDelayMs: 5 })
})
