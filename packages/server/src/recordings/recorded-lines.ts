import type { RecordedRequest } from './recorded-request.ts'
import type { RecordingStore } from './recording-store.ts'

/** How much is read of a store at once. */
export const pageBytes = 1024 * 1024

/** Reads a recording from its beginning to its end. */
export async function* linesOf(store: Pick<RecordingStore, 'read'>, id: string): AsyncGenerator<string> {
  let from = 0
  for (;;) {
    const { lines, next } = await store.read(id, from, pageBytes)
    yield* lines
    if (next === from) return
    from = next
  }
}

/** A line of ours; `undefined` for what is torn or was written by others. */
export function parseLine(line: string): { readonly object?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function toRecordedRequest(line: string): RecordedRequest | undefined {
  const value = parseLine(line)
  return value?.object === 'recorded_request' ? (value as RecordedRequest) : undefined // its own form, by its name
}

/** What recordings hold of a request. */
export async function findRecordedRequest(
  store: RecordingStore,
  recordings: Iterable<string>,
  id: string,
): Promise<RecordedRequest | undefined> {
  for (const recording of recordings)
    for await (const line of linesOf(store, recording)) {
      const request = line.includes(id) ? toRecordedRequest(line) : undefined
      if (request?.id === id) return request
    }
  return undefined
}

/** A recording's lines without those of an end user, and how many those were. */
export async function withoutUser(
  store: RecordingStore,
  recording: string,
  pseudonym: string,
): Promise<{ readonly kept: readonly string[]; readonly removed: number }> {
  const kept: string[] = []
  let removed = 0
  for await (const line of linesOf(store, recording)) {
    if (line.includes(pseudonym) && toRecordedRequest(line)?.user === pseudonym) removed++
    else kept.push(line)
  }
  return { kept, removed }
}
