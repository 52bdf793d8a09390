/** A request for embeddings in neutral form. */
export interface EmbeddingRequest {
  readonly model: string
  /** Texts, or texts already cut into token ids. */
  readonly input: readonly string[] | readonly (readonly number[])[]
  readonly dimensions?: number | undefined
  readonly user?: string | undefined
  /** Cohere and Gemini tell a query from a document; OpenAI does not. In Cohere's words. */
  readonly inputType?: 'search_document' | 'search_query' | 'classification' | 'clustering' | undefined
  /** What no neutral field names, for an OpenAI-style provider. */
  readonly extras?: Readonly<Record<string, unknown>> | undefined
}

export interface EmbeddingResponse {
  readonly model: string
  /** One vector per input, in the order of the inputs. */
  readonly vectors: readonly (readonly number[])[]
  readonly usage?: { readonly inputTokens: number; readonly totalTokens: number } | undefined
}
