import type { Deps } from '../deps.ts'
import type { Receipt } from './receipt.ts'

/** Hands receipts out after the work that made them: no listener can delay an answer or turn it into an error. */
export interface ReceiptQueue {
  readonly push: (receipt: Receipt, listener: (receipt: Receipt) => void) => void
}

/** Called with what a listener threw. */
export type OnListenerError = (error: unknown) => void

/** Runs listeners in one task after the current one; a listener that throws is reported and does not stop the others. */
export function createReceiptQueue(deps: Pick<Deps, 'defer'>, onError: OnListenerError = () => undefined): ReceiptQueue {
  let waiting: { readonly receipt: Receipt; readonly listener: (receipt: Receipt) => void }[] = []
  const drain = (): void => {
    const batch = waiting
    waiting = []
    for (const { receipt, listener } of batch) {
      try {
        listener(receipt)
      } catch (error) {
        onError(error)
      }
    }
  }
  return {
    push: (receipt, listener) => {
      if (waiting.push({ receipt, listener }) === 1) deps.defer(drain)
    },
  }
}
