/** A part of some bytes. */
export interface ByteRange {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** One whole event of a streamed answer, as framed from the bytes. */
export interface WireEvent {
  /** The SSE `event:` field or the AWS event or exception type; '' when there is none. */
  readonly name: string
  /** SSE data lines joined by a line feed, the NDJSON line, or the AWS payload as text. */
  readonly data: string
  /** True for an AWS exception frame. */
  readonly exception?: boolean | undefined
  /** The event's own bytes, terminator included and fit to be sent on; `undefined` where the framing has no text. */
  readonly raw?: Uint8Array | undefined
  /** Where `raw` lies, where it is a view of bytes that other events share. */
  readonly range?: ByteRange | undefined
}

/** Turns bytes, cut anywhere, into whole events. */
export interface EventFramer {
  /** The events that these bytes complete. @throws WireError `event_too_large`, `bad_frame` */
  readonly push: (bytes: Uint8Array) => readonly WireEvent[]
  /** Called when the body ends: returns an event that only lacked its terminator, where the framing allows that. */
  readonly end: () => readonly WireEvent[]
}

/** The bounds of a framer. */
export interface FramerOptions {
  /** Bytes that one event may have; 4 MiB unless told otherwise (docs/resilience.md section 7). */
  readonly maxEventBytes?: number | undefined
}

export const defaultMaxEventBytes = 4 * 1024 * 1024
