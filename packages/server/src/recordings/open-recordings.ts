import { linesOf, parseLine } from './recorded-lines.ts'
import { fromHead, type Recording, type RecordingHead, type RecordingTail } from './recording.ts'
import type { RecordingStore } from './recording-store.ts'

function isHead(line: { readonly object?: unknown } | undefined): line is RecordingHead {
  return line?.object === 'recording' && 'id' in line && 'started_at_ms' in line
}

function isTail(line: { readonly object?: unknown } | undefined): line is RecordingTail {
  return line?.object === 'recording_end' && 'ended_at_ms' in line
}

/** A recording's lines, one by one, as what they make of it. */
function onLine(recording: Recording, line: string): Recording {
  if (line.startsWith('{"object":"recorded_request"'))
    return { ...recording, requests: recording.requests + 1, bytes: recording.bytes + Buffer.byteLength(line) + 1 }
  const tail = parseLine(line)
  return isTail(tail) ? { ...recording, end: tail.end, endedAtMs: tail.ended_at_ms } : recording
}

/** What a recording's lines say of it; `undefined` where they don't begin as a recording does. */
async function readRecording(store: RecordingStore, id: string, nowMs: number): Promise<Recording | undefined> {
  let recording: Recording | undefined
  for await (const line of linesOf(store, id)) {
    if (recording !== undefined) recording = onLine(recording, line)
    else {
      const head = parseLine(line)
      if (!isHead(head) || head.id !== id) return undefined
      recording = fromHead(head)
    }
  }
  if (recording === undefined || recording.end !== undefined) return recording
  return { ...recording, end: 'restart', endedAtMs: Math.min(nowMs, recording.endsAtMs) }
}

/** The recordings that a store has kept. One that ran when its process ended is over; what can't be read is left alone. */
export async function openRecordings(store: RecordingStore, nowMs: number): Promise<readonly Recording[]> {
  const found: Recording[] = []
  for (const id of await store.ids()) {
    const recording = await readRecording(store, id, nowMs)
    if (recording !== undefined) found.push(recording)
  }
  return found
}
