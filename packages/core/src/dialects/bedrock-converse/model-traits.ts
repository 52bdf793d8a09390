import type { Capabilities, IdentifierForm, ReasoningSupport } from '../capabilities.ts'
import { claudeCapabilities } from '../claude/capabilities.ts'
import { claudeIdOf } from '../claude/model-id.ts'

/** How a family of models is told what Converse itself has no word for. */
export interface FamilyWords {
  /** The place of `top_k` in the model's own words, where it has one. */
  readonly topK?: ((topK: number) => Readonly<Record<string, number | Readonly<Record<string, number>>>>) | undefined
  /** In whose words reasoning is asked for. */
  readonly reasoning: 'claude' | 'nova' | 'gpt-oss' | 'qwen' | 'none'
  /** Knows how to be made to call a tool (Converse's reference, `ToolChoice`, 2026-08). */
  readonly forcesTools: boolean
}

interface Family {
  readonly words: FamilyWords
  readonly capabilities: Partial<Capabilities>
}

const never: ReasoningSupport = { mode: 'never' }
const threeEfforts: ReasoningSupport = { mode: 'optional', efforts: ['low', 'medium', 'high'] }
const plain: Family = { words: { forcesTools: false, reasoning: 'none' }, capabilities: { reasoning: never } }
const claude: Family = {
  words: { forcesTools: true, reasoning: 'claude', topK: (topK) => ({ top_k: topK }) },
  capabilities: { cacheBreakpoints: 'all' },
}
const nova: Family = {
  words: { forcesTools: true, reasoning: 'none', topK: (topK) => ({ inferenceConfig: { topK } }) },
  capabilities: { reasoning: never, cacheBreakpoints: 'messages' },
}

/**
 * The first row that matches applies. Ids may carry a region (`us.`), inference profiles an ARN around them (docs.aws.amazon.com/bedrock:
 * prompt caching, inference parameters of each model; 2026-08).
 */
const families: readonly (readonly [RegExp, Family])[] = [
  [/claude-(v|instant|3-(haiku|opus|sonnet)|3-5-sonnet-20240620)/, { ...claude, capabilities: { cacheBreakpoints: 'none' } }],
  [/claude/, claude],
  [/nova-2/, { words: { ...nova.words, reasoning: 'nova' }, capabilities: { ...nova.capabilities, reasoning: threeEfforts } }],
  [/amazon\.nova/, nova],
  [/gpt-oss/, { words: { ...plain.words, reasoning: 'gpt-oss' }, capabilities: { reasoning: { ...threeEfforts, mode: 'always' } } }],
  [/qwen/, { words: { ...plain.words, reasoning: 'qwen' }, capabilities: { reasoning: { mode: 'optional', efforts: ['low', 'high'] } } }],
  [/mistral/, { ...plain, words: { ...plain.words, forcesTools: true, topK: (topK) => ({ top_k: topK }) } }],
  [/cohere\.command/, { ...plain, words: { ...plain.words, topK: (topK) => ({ k: topK }) } }],
  [/meta\.|ai21\.|deepseek|amazon\.titan|writer\./, plain],
]

/** The traits of an id that names no family, such as the ARN of a profile; most of these are Claude or Nova. */
const unnamed: Family = { ...plain, words: { ...plain.words, forcesTools: true } }

function familyOf(model: string): Family {
  return families.find(([pattern]) => pattern.test(model))?.[1] ?? unnamed
}

export function wordsOf(model: string): FamilyWords {
  return familyOf(model).words
}

/** Whether a cache entry can be kept for an hour: from the 4.5 generation of Claude on (docs.aws.amazon.com, prompt caching, 2026-08). */
export function keepsHour(model: string): boolean {
  return (claudeIdOf(model)?.version ?? 0) >= 405
}

/** Converse's reference, `ToolUseBlock` and `ToolSpecification`, 2026-08. */
const identifiers: IdentifierForm = { pattern: /^[A-Za-z0-9_-]{1,64}$/, maxLength: 64 }

/** What Converse and one of its models take. */
export function bedrockCapabilities(model: string): Capabilities {
  const { words, capabilities } = familyOf(model)
  const { reasoning, sampling } = claudeCapabilities(model)
  return {
    tools: true,
    parallelTools: true,
    vision: true,
    imageUrls: false,
    audio: false,
    files: true,
    jsonSchema: 'forced-tool',
    jsonObject: false,
    // Converse's range ends at 1, OpenAI's at 2.
    limits: { temperature: 1 },
    toolCallIds: identifiers,
    toolNames: identifiers,
    cacheBreakpoints: 'none',
    ...(words.reasoning === 'claude' && { reasoning, sampling }),
    ...capabilities,
  }
}
