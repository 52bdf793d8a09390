import type { Reading } from '@proxyapi/logging'

/** What a store has lost, for `/metrics`. */
export function droppedReading(sink: string, store: { readonly figures: () => { readonly dropped: number } }): Reading {
  return { name: 'records_dropped_total', labels: { sink }, value: store.figures().dropped }
}
