import type { Receipt } from '@proxyapi/core'
import type { CallRecord } from '@proxyapi/logging'
import { expectTypeOf, it } from 'vitest'

it('is a receipt as it comes: the packages agree on its shape without importing each other', () => {
  expectTypeOf<Receipt>().toExtend<CallRecord>()
})
