import type { Call } from '@proxyapi/core'

/** Bodies written for answers that may be asked for again: by the answer's identity, so that they go when it goes. */
const written = new WeakMap<object, Map<string, string>>()

interface AnswerBody {
  /** Where it was asked for: bodies differ by it. */
  readonly path: string
  readonly write: () => unknown
}

/** An answer in the client's words. What a cache gave out in one piece is written once for each path. */
export function writtenAnswer({ annotations }: Pick<Call, 'annotations'>, answer: object, { path, write }: AnswerBody): string {
  if (annotations.cache?.status !== 'hit') return JSON.stringify(write())
  const bodies = written.get(answer) ?? new Map<string, string>()
  const known = bodies.get(path)
  if (known !== undefined) return known
  const body = JSON.stringify(write())
  written.set(answer, bodies.set(path, body))
  return body
}
