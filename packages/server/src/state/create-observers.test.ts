import { type EngineEvent, ProxyApiError, type Receipt } from '@proxyapi/core'
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
    ['of receipts', { onReceipt: fail }, (onReceipt) => ({ onReceipt }), ({ onReceipt }) => onReceipt(receipt, 'request')],
    ['of errors', { onError: fail }, (onError) => ({ onError }), ({ onError }) => onError(error)],
  ])('%s keeps nothing from the others, and is reported', (_what, broken, listening, tell) => {
    const reported: string[] = []
    let seen = 0
    const features = [broken, listening(() => void seen++)]
    const observers = createObservers({ onInternalError: ({ cause }) => void reported.push(String(cause)) })
    observers.listen(features)
    tell(observers)
    expect([seen, reported]).toEqual([1, ['Error: broken']])
  })

  it('of the embedder is reported too', () => {
    const ids: string[] = []
    const observers = createObservers({ onReceipt: fail, onInternalError: (_error, id) => void ids.push(id) })
    observers.onReceipt(receipt, 'request')
    expect(ids).toEqual(['r-1'])
  })
})

const shed: EngineEvent = { type: 'shed', reason: 'bytes', tenant: '', atMs: 0 }
const recovery: EngineEvent = { type: 'provider-health', provider: 'demo', reachable: true, atMs: 0 }

describe('a feature', () => {
  it.each<[string, Feature['events'], readonly EngineEvent['type'][]]>([
    ['all events when it names none', undefined, ['shed', 'provider-health']],
    ['the events that it names', ['shed'], ['shed']],
  ])('hears %s', (_what, events, heard) => {
    const seen: string[] = []
    const observers = createObservers({})
    observers.listen([{ events, onEvent: ({ type }) => void seen.push(type) }])
    for (const event of [shed, recovery]) observers.onEvent(event)
    expect(seen).toEqual(heard)
  })

  it('hears nothing any more once others have taken its place', () => {
    const seen: string[] = []
    const observers = createObservers({})
    for (const name of ['first', 'second']) observers.listen([{ onReceipt: () => void seen.push(name) }])
    observers.onReceipt(receipt, 'request')
    expect(seen).toEqual(['second'])
  })
})
