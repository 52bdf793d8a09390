import type { Usage } from '../chat/usage.ts'

/** What a piece of an answer means, for the books. */
export interface Said {
  readonly text?: string | undefined
  readonly usage?: Usage | undefined
  /** With this piece the answer is whole. */
  readonly finishes?: boolean | undefined
}

/** One thing that an upstream does, some milliseconds after the request came. */
export type Step =
  | { readonly type: 'headers'; readonly afterMs: number; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: 'bytes'; readonly afterMs: number; readonly bytes: Uint8Array; readonly said?: Said | undefined }
  | { readonly type: 'end'; readonly afterMs: number }
  | { readonly type: 'break'; readonly afterMs: number; readonly fault: 'connect' | 'reset' }

/** All that an upstream does for one call, in order. Without an end or a break it falls silent and holds the line. */
export type Performance = readonly Step[]

/** One event of a streamed answer, before it is bytes. */
export interface Moment {
  readonly kind: 'opening' | 'token' | 'finish' | 'usage' | 'end-mark' | 'noise'
  readonly afterMs: number
  readonly text: string
  readonly said?: Said | undefined
}

/** How a streamed answer is told: its events, and what happens after the last of them. */
export interface Telling {
  readonly moments: readonly Moment[]
  readonly after: 'end' | 'reset' | 'silence'
}
