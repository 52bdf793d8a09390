import type { CacheClient, FetchAbort, FetchAnswer, StreamFolding } from '../answer.ts'
import type { CacheRequest } from '../response-cache-types.ts'

export interface FakeWhole {
  readonly type: 'whole'
  readonly text: string
}

export interface FakeStream {
  readonly type: 'stream'
  readonly dialect: string
  readonly batches: AsyncIterable<string>
}

export interface FakeKinds {
  readonly request: { readonly model: string; readonly prompt: string; readonly temperature?: number }
  readonly whole: FakeWhole
  readonly stream: FakeStream
}

export const end = '.'

async function* pieces(text: string): AsyncGenerator<string> {
  yield* [...text]
  yield end
}

export const folding: StreamFolding<FakeKinds> = {
  fold: (batches) => (batches.at(-1) === end ? { type: 'whole', text: batches.slice(0, -1).join('') } : undefined),
  replay: ({ text }) => ({ type: 'stream', dialect: 'fake', batches: pieces(text) }),
  sizeOf: (batch) => batch.length,
}

export const facts = { finishReasons: ['stop'], costNanoUsd: 1000, model: 'm', provider: 'p' }

export function questionOf(prompt: string, more: Partial<CacheRequest<FakeKinds>> = {}): CacheRequest<FakeKinds> {
  const standard = { operation: 'chat', request: { model: 'm', prompt }, tenant: 'alice', stream: false }
  return Object.assign(standard, more)
}

/** A client that can leave. */
export function clientOf(): CacheClient & { readonly leave: () => void; readonly listeners: () => number } {
  const callbacks = new Set<(reason: unknown) => void>()
  return {
    onAbort: (callback) => {
      callbacks.add(callback)
      return () => void callbacks.delete(callback)
    },
    leave: () => {
      for (const callback of [...callbacks]) callback(new Error('the client left'))
    },
    listeners: () => callbacks.size,
  }
}

export const stays = clientOf()

/** A provider that counts its calls. */
export interface FakeProvider {
  readonly whole: FetchAnswer<FakeKinds>
  readonly stream: FetchAnswer<FakeKinds>
  readonly calls: () => number
  readonly aborted: () => number
}

export function createProvider(answer: (call: number) => string | Error = (call) => `answer ${call}`): FakeProvider {
  let calls = 0
  let aborted = 0
  const next = (abort: FetchAbort): string => {
    calls++
    abort.onAbort(() => aborted++)
    const said = answer(calls)
    if (said instanceof Error) throw said
    return said
  }
  return {
    whole: async (abort) => ({ answer: { type: 'whole', text: next(abort) }, facts: () => facts }),
    stream: async (abort) => ({ answer: { type: 'stream', dialect: 'fake', batches: pieces(next(abort)) }, facts: () => facts }),
    calls: () => calls,
    aborted: () => aborted,
  }
}

/** A stream that gives what it is told to, when it is told to. */
export function createScript(): {
  readonly fetch: FetchAnswer<FakeKinds>
  readonly say: (text: string) => void
  readonly fail: (error: Error) => void
  readonly pulls: () => number
  readonly closed: () => boolean
} {
  const ready: (string | Error)[] = []
  let waiting: (() => void) | undefined
  let pulls = 0
  let closed = false
  const push = (item: string | Error): void => {
    ready.push(item)
    waiting?.()
  }
  const iterator: AsyncIterator<string> = {
    next: async () => {
      pulls++
      while (ready.length === 0) await new Promise<void>((resolve) => (waiting = resolve))
      const item = ready.shift()
      if (item instanceof Error) throw item
      return item === undefined || item === 'END' ? { done: true, value: undefined } : { done: false, value: item }
    },
    return: async () => {
      closed = true
      return { done: true, value: undefined }
    },
  }
  return {
    fetch: async () => ({ answer: { type: 'stream', dialect: 'fake', batches: { [Symbol.asyncIterator]: () => iterator } }, facts: () => facts }),
    say: push,
    fail: push,
    pulls: () => pulls,
    closed: () => closed,
  }
}

export async function textOf(answer: FakeWhole | FakeStream): Promise<string> {
  if (answer.type === 'whole') return answer.text
  let text = ''
  for await (const piece of answer.batches) text += piece === end ? '' : piece
  return text
}
