import { StorageError } from '../sqlite/storage-error.ts'
import type { AskedMethod, FromRecorder, SentError, ToRecorder } from './messages.ts'

type Answer = Extract<FromRecorder, { type: 'answer' }>

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** Questions to a recorder in another thread that are not answered yet. */
export interface Asks {
  readonly ask: (post: (message: ToRecorder) => void, method: AskedMethod, args: readonly unknown[]) => Promise<unknown>
  readonly onAnswer: (answer: Answer) => void
  /** The thread is gone or abandoned: fails all of them. Returns how many of them were audit events. */
  readonly failAll: () => number
  readonly open: () => number
}

function threadGone(): StorageError {
  return new StorageError({ message: "The records store can't be used: its thread has ended or does not answer" })
}

function toError({ message, storage }: SentError): Error {
  return storage === undefined ? new Error(message) : new StorageError({ message, ...storage })
}

/** `onOpen` is called with whether any is open, when that changes. */
export function createAsks(onOpen: (isOpen: boolean) => void): Asks {
  const waiting = new Map<number, Waiting & { readonly method: AskedMethod }>()
  let lastId = 0
  const take = (id: number): Waiting | undefined => {
    const found = waiting.get(id)
    waiting.delete(id)
    if (found !== undefined && waiting.size === 0) onOpen(false)
    return found
  }
  return {
    ask: (post, method, args) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject, method })
        if (waiting.size === 1) onOpen(true)
        post({ type: 'ask', id, method, args })
      }),
    onAnswer: ({ id, value, error }) => {
      const found = take(id)
      if (error === undefined) found?.resolve(value)
      else found?.reject(toError(error))
    },
    failAll: () => {
      const audits = [...waiting.values()].filter(({ method }) => method === 'audit').length
      for (const id of [...waiting.keys()]) take(id)?.reject(threadGone())
      return audits
    },
    open: () => waiting.size,
  }
}
