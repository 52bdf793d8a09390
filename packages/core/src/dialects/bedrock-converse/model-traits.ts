/** The traits that depend on the model's family. Ids may carry a region (`us.`), inference profiles an ARN around them. */
export interface ModelTraits {
  /** Whether prompts can be marked for caching, and lists of tools as well (docs.aws.amazon.com, prompt caching, 2026-08). */
  readonly caches: 'all' | 'messages' | 'none'
  /** How a tool is forced (Converse's reference, `ToolChoice`, 2026-08). */
  readonly forcesTools: boolean
  /** The place of `top_k` in the model's own words, where it has one. */
  readonly topK?: ((topK: number) => Readonly<Record<string, number | Readonly<Record<string, number>>>>) | undefined
  readonly thinking: 'claude' | 'nova' | 'gpt-oss' | 'qwen' | 'none'
  /** Newer Claude models refuse `temperature` and `topP` together. */
  readonly oneSampling: boolean
}

const plain: ModelTraits = { caches: 'none', forcesTools: false, thinking: 'none', oneSampling: false }
const claude: ModelTraits = { ...plain, caches: 'all', forcesTools: true, topK: (topK) => ({ top_k: topK }), thinking: 'claude' }
const nova: ModelTraits = { ...plain, caches: 'messages', forcesTools: true, topK: (topK) => ({ inferenceConfig: { topK } }) }

/** The first row that matches applies. */
const families: readonly (readonly [RegExp, ModelTraits])[] = [
  [/claude-(v|instant|3-(haiku|opus|sonnet)|3-5-sonnet-20240620)/, { ...claude, caches: 'none', thinking: 'none' }],
  [/claude-3-5/, { ...claude, thinking: 'none' }],
  [/claude-(opus-4-[1-9]|sonnet-4-[5-9]|haiku-4-[5-9]|(opus|sonnet|haiku)-[5-9])/, { ...claude, oneSampling: true }],
  [/claude/, claude],
  [/nova-2/, { ...nova, thinking: 'nova' }],
  [/amazon\.nova/, nova],
  [/gpt-oss/, { ...plain, thinking: 'gpt-oss' }],
  [/qwen/, { ...plain, thinking: 'qwen' }],
  [/mistral/, { ...plain, forcesTools: true, topK: (topK) => ({ top_k: topK }) }],
  [/cohere\.command/, { ...plain, topK: (topK) => ({ k: topK }) }],
  [/meta\.|ai21\.|deepseek|amazon\.titan|writer\./, plain],
]

/** The traits of an id that names no family, such as the ARN of a profile; most of these are Claude or Nova. */
const unnamed: ModelTraits = { ...plain, forcesTools: true }

export function traitsOf(model: string): ModelTraits {
  return families.find(([pattern]) => pattern.test(model))?.[1] ?? unnamed
}
