/** What a provider tells of one of its models. Unknown is `undefined`, never a guess. */
export interface ModelInfo {
  /** The provider's own id. */
  readonly id: string
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly createdAtSeconds?: number | undefined
  readonly contextLength?: number | undefined
  readonly maxOutputTokens?: number | undefined
  readonly capabilities?: readonly string[] | undefined
}

/** One page of a provider's model list. */
export interface ModelPage {
  readonly models: readonly ModelInfo[]
  /** Query parameters that fetch the next page; `undefined` on the last. */
  readonly next?: Readonly<Record<string, string>> | undefined
}
