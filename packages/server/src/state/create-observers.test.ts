import { ProxyApiError, type Receipt } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import type { Feature } from '../capability/capability.ts'
import { createObservers } from './create-observers.ts'

const fail = (): never => {
  throw new Error('broken')
}
const receipt = { id: 'r-1' } as Receipt // a listener is given it as it is
const error = new ProxyApiError({ code: 'forbidden', message: 'No.' })

describe('a listener that fails', () => {
  it.each<[string, Feature, (seen: () => void) => Feature, (observers: ReturnType<typeof createObservers>) => void]>([
    ['of receipts', { onReceipt: fail }, (onReceipt) => ({ onReceipt }), ({ onReceipt }) => onReceipt(receipt)],
    ['of errors', { onError: fail }, (onError) => ({ onError }), ({ onError }) => onError(error)],
  ])('%s keeps nothing from the others, and is reported', (_what, broken, listening, tell) => {
    const reported: string[] = []
    let seen = 0
    const features = [broken, listening(() => void seen++)]
    tell(createObservers(() => features, { onInternalError: ({ cause }) => void reported.push(String(cause)) }))
    expect([seen, reported]).toEqual([1, ['Error: broken']])
  })

  it('of the embedder is reported too', () => {
    const ids: string[] = []
    const observers = createObservers(() => [], { onReceipt: fail, onInternalError: (_error, id) => void ids.push(id) })
    observers.onReceipt(receipt)
    expect(ids).toEqual(['r-1'])
  })
})
