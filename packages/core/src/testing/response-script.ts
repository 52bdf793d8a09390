import type { Usage } from '../chat/usage.ts'

/** What a piece of an answer adds to the ledger. */
export interface EventMeaning {
  readonly text?: string | undefined
  readonly usage?: Usage | undefined
  /** The answer is complete with this piece. */
  readonly finishes?: boolean | undefined
}

/** One action of an upstream, some milliseconds after the request. */
export type ResponseStep =
  | { readonly type: 'headers'; readonly afterMs: number; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: 'bytes'; readonly afterMs: number; readonly bytes: Uint8Array; readonly meaning?: EventMeaning | undefined }
  | { readonly type: 'end'; readonly afterMs: number }
  | { readonly type: 'break'; readonly afterMs: number; readonly fault: 'connect' | 'reset' }

/** Everything that an upstream does for one call, in order. Without an end or a break it holds the connection open in silence. */
export type ResponseScript = readonly ResponseStep[]

/** One event of a streamed answer, before it becomes bytes. */
export interface StreamEvent {
  readonly kind: 'opening' | 'token' | 'finish' | 'usage' | 'end-mark' | 'noise'
  readonly afterMs: number
  readonly text: string
  readonly meaning?: EventMeaning | undefined
}

/** The events of a streamed answer, and what follows the last of them. */
export interface StreamScript {
  readonly events: readonly StreamEvent[]
  readonly after: 'end' | 'reset' | 'timeout'
}
