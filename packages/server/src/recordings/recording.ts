/** Why a recording is over. `restart`: the process ended while it ran; `storage`: a line could not be written. */
export type RecordingEnd = 'time' | 'requests' | 'size' | 'stopped' | 'restart' | 'storage'

/** What is recorded, and within which bounds. */
export interface RecordingPlan {
  /** The name or id of a key; `all` for every request. */
  readonly key: string
  readonly minutes: number
  /** Why, in the operator's words: the audit log and the recording keep them. */
  readonly reason: string
  readonly maxRequests: number
  readonly maxBytes: number
}

/** A recording as it stands. Times are Unix milliseconds. */
export interface Recording extends RecordingPlan {
  readonly id: string
  readonly startedAtMs: number
  readonly endsAtMs: number
  readonly endedAtMs: number | undefined
  /** `undefined` while it runs. */
  readonly end: RecordingEnd | undefined
  readonly requests: number
  /** Of its lines. */
  readonly bytes: number
}

/** The version of the format that is written. */
export const recordingVersion = 1

/** The first line of a recording: what was recorded. */
export interface RecordingHead {
  readonly object: 'recording'
  readonly version: number
  readonly id: string
  readonly key: string
  readonly reason: string
  readonly started_at_ms: number
  readonly ends_at_ms: number
  readonly max_requests: number
  readonly max_bytes: number
}

/** The last line of a recording that has ended. */
export interface RecordingTail {
  readonly object: 'recording_end'
  readonly ended_at_ms: number
  readonly end: RecordingEnd
}

export function toHead({ id, key, reason, startedAtMs, endsAtMs, maxRequests, maxBytes }: Recording): RecordingHead {
  return {
    object: 'recording',
    version: recordingVersion,
    ...{ id, key, reason, started_at_ms: startedAtMs, ends_at_ms: endsAtMs, max_requests: maxRequests, max_bytes: maxBytes },
  }
}

const minuteMs = 60_000

export function fromHead(head: RecordingHead): Recording {
  const { id, key, reason, started_at_ms: startedAtMs, ends_at_ms: endsAtMs, max_requests: maxRequests, max_bytes: maxBytes } = head
  const minutes = (endsAtMs - startedAtMs) / minuteMs
  return {
    ...{ id, key, reason, minutes, maxRequests, maxBytes, startedAtMs, endsAtMs },
    endedAtMs: undefined,
    end: undefined,
    requests: 0,
    bytes: 0,
  }
}
