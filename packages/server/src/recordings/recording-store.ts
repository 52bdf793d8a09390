/** A piece of a recording. */
export interface RecordingPage {
  /** Whole lines, without their ends. */
  readonly lines: readonly string[]
  /** Where the next piece begins; the same as was asked from when there is no more. */
  readonly next: number
}

/**
 * Keeps recordings as lines of text. Calls come one after the other, and a failure of the store rejects. `next` of a page is a position of the
 * store's own: 0 is the beginning.
 */
export interface RecordingStore {
  readonly ids: () => Promise<readonly string[]>
  /** Makes the recording where it is not there. */
  readonly append: (id: string, line: string) => Promise<void>
  /** About as many bytes as named, and a line at least where there is one. */
  readonly read: (id: string, from: number, maxBytes: number) => Promise<RecordingPage>
  /** Puts other lines in the place of all. */
  readonly replace: (id: string, lines: readonly string[]) => Promise<void>
  readonly remove: (id: string) => Promise<void>
}

/** Keeps recordings for as long as the process. */
export function createMemoryRecordingStore(): RecordingStore {
  const recordings = new Map<string, string[]>()
  return {
    ids: async () => [...recordings.keys()],
    append: async (id, line) => {
      const lines = recordings.get(id)
      if (lines === undefined) recordings.set(id, [line])
      else lines.push(line)
    },
    read: async (id, from, maxBytes) => {
      const lines = recordings.get(id) ?? []
      let next = from
      for (let bytes = 0; next < lines.length && bytes < maxBytes; next++) bytes += lines[next]?.length ?? 0
      return { lines: lines.slice(from, next), next }
    },
    replace: async (id, lines) => void recordings.set(id, [...lines]),
    remove: async (id) => void recordings.delete(id),
  }
}
