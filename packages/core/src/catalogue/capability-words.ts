/** Providers' words for capabilities that the catalogue names differently, from their model lists (Cohere, Mistral, Ollama), 2026-11. */
const synonyms: Readonly<Record<string, string>> = {
  function_calling: 'tools',
  tool_use: 'tools',
  completion_chat: 'chat',
  embed: 'embeddings',
  embedding: 'embeddings',
  thinking: 'reasoning',
  json_object: 'json_mode',
  structured_outputs: 'json_schema',
  image_input: 'vision',
}

/** A capability in the catalogue's word. */
export function toCapability(word: string): string {
  const lower = word.trim().toLowerCase()
  return Object.hasOwn(synonyms, lower) ? (synonyms[lower] ?? lower) : lower
}

/** Parts of the ids of models that do not chat. */
const otherTrades: readonly string[] = [
  'embed',
  'rerank',
  'whisper',
  'transcribe',
  'tts',
  'dall-e',
  'image',
  'imagen',
  'veo',
  'sora',
  'moderation',
  'realtime',
  'davinci-002',
  'babbage-002',
  'turbo-instruct',
]

const notChat: ReadonlySet<string> = new Set(['embeddings', 'completion', 'rerank', 'moderation'])

/** Whether a model chats: as its capabilities say, and where none are known, by its id. */
export function supportsChat(id: string, capabilities: readonly string[]): boolean {
  if (capabilities.includes('chat')) return true
  const says = capabilities.some((capability) => notChat.has(capability))
  const lower = id.toLowerCase()
  return !says && !otherTrades.some((part) => lower.includes(part))
}
