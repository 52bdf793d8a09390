/** The wire languages that ProxyAPI speaks. */
export type DialectId =
  | 'openai-chat'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'cohere-chat'
  | 'gemini'
  | 'bedrock-converse'
  | 'ollama'
  | 'demo'
