/** Something that somebody did, as the gateway tells it. Secrets are masked and people become pseudonyms before it is written. */
export interface AuditEvent {
  /** What was done, such as `config.reload` or `auth.failed`. */
  readonly action: string
  /** Whose key; its name, never the key. Absent for what the system did, or when nobody was recognised. */
  readonly actor?: { readonly id: string; readonly name?: string | undefined } | undefined
  /** What it was done to, such as a path or a key's name. Not for people: they go into `subject`. */
  readonly object?: string | undefined
  readonly outcome: 'success' | 'failure' | 'denied'
  /** The address that it came from. Written as a pseudonym. */
  readonly sourceAddress?: string | undefined
  /** The end user whom it concerns. Written as a pseudonym. */
  readonly subject?: string | undefined
  /** More facts; 4,000 characters of JSON are kept. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

/** What an audit record says besides its place in the chain. `null` stands for what is absent. */
export interface AuditContent {
  readonly timeMs: number
  readonly actorId: string | null
  readonly actorName: string | null
  readonly action: string
  readonly object: string | null
  readonly outcome: string
  /** Pseudonym of the address. */
  readonly source: string | null
  /** Pseudonym of the end user. */
  readonly subject: string | null
  /** JSON with sorted keys. */
  readonly details: string | null
}

/** A record of the chain. */
export interface AuditRecord extends AuditContent {
  /** 1 for the first, one more for each. */
  readonly sequence: number
  readonly previousHash: string
  readonly hash: string
}
