import type { Capabilities, ReasoningSupport } from '../dialects/capabilities.ts'
import { alwaysReasons, byFamily, everything, gptOssReasoning, neverReasons, openAiStyle, strictMessageFields } from './capability-rows.ts'

/*
 * What the models of vendors take who speak OpenAI's dialect, or a kindred one. The first family that a name belongs to applies; of names that belong to none
 * the catalogue knows whether they reason.
 */

/** Reasoning models answer 400 to these (docs.x.ai, reasoning, 2026-06). */
const grokReasons = { unsupported: ['stop', 'presencePenalty', 'frequencyPenalty'] } as const satisfies Partial<Capabilities>

export const grokCapabilities: (model: string) => Capabilities = byFamily(
  { ...openAiStyle, audio: false, files: false, reasoningFields: ['reasoning_effort'], limits: { ...openAiStyle.limits, stop: 4 } },
  [
    [/^grok-(2|beta|vision|3(?!-mini))|-non-reasoning/, { reasoning: neverReasons }],
    [/^grok-3-mini/, { ...grokReasons, reasoning: { mode: 'always', efforts: ['low', 'high'] } }],
    [/multi-agent/, { ...grokReasons, reasoning: { mode: 'always', efforts: ['low', 'medium', 'high', 'xhigh'] } }],
    [/^grok-4\.[3-9]/, { ...grokReasons, reasoning: { mode: 'optional', efforts: ['low', 'medium', 'high'], off: 'effort' } }],
    [/^grok-(4|code|build)/, { ...grokReasons, reasoning: alwaysReasons }],
  ],
)

/** An id of a call has nine letters or digits: api.mistral.ai refuses others with code 3280 (langchain-ai/langchain#24668, 2024-07). */
const mistralCallIds = { pattern: /^[A-Za-z0-9]{9}$/, maxLength: 9 } as const

/**
 * Fields outside of a message's schema are refused (`extra_forbidden`; docs.mistral.ai/api, 2026-06), and so is a user behind results of tools
 * (code 3230, "Unexpected role 'user' after role 'tool'"; BerriAI/litellm#17761, 2025-12).
 */
const mistralRow: Capabilities = {
  ...openAiStyle,
  files: false,
  toolCallIds: mistralCallIds,
  refusedMessageFields: strictMessageFields,
  assistantAfterTools: true,
  reasoningFields: [],
  limits: { ...openAiStyle.limits, temperature: 1.5 },
}

/** docs.mistral.ai, reasoning, 2026-06: two models can be switched, Magistral always reasons. */
export const mistralCapabilities: (model: string) => Capabilities = byFamily(mistralRow, [
  [/^magistral/, { reasoning: alwaysReasons }],
  [
    /^mistral-(small-(latest|4|26)|medium-(latest|3[-.]5|26)|large-4)/,
    { reasoning: { mode: 'optional', efforts: ['high'], off: 'effort' }, reasoningFields: ['reasoning_effort'] },
  ],
])

/** console.groq.com/docs/reasoning and /docs/openai (what is not supported), 2026-08. */
export const groqCapabilities: (model: string) => Capabilities = byFamily(
  {
    ...openAiStyle,
    files: false,
    audio: false,
    refusedMessageFields: strictMessageFields,
    reasoningFields: ['reasoning_effort'],
    limits: { ...openAiStyle.limits, stop: 4 },
  },
  [
    [/gpt-oss/, { reasoning: gptOssReasoning }],
    [/deepseek-r1/, { reasoning: alwaysReasons }],
    [/qwen3/, { reasoning: { mode: 'optional', efforts: ['default'], off: 'effort' } }],
    [/llama|gemma|mixtral|allam|kimi-k2-instruct/, { reasoning: neverReasons }],
  ],
)

/** Thinks unless it is told not to (api-docs.deepseek.com/guides/thinking_mode, 2026-08). */
const deepseekThinking: ReasoningSupport = {
  mode: 'optional',
  efforts: ['low', 'high', 'max'],
  off: 'switch',
  byDefault: true,
  refusesForcedTools: true,
}

export const deepseekCapabilities: (model: string) => Capabilities = byFamily(
  {
    ...openAiStyle,
    parallelTools: false,
    vision: false,
    audio: false,
    files: false,
    jsonSchema: 'forced-tool',
    reasoningHistory: 'reasoning_content',
    reasoningFields: ['reasoning_effort', 'thinking'],
    limits: { ...openAiStyle.limits, stop: 16 },
  },
  [[/^deepseek-/, { reasoning: deepseekThinking }]],
)

/** OpenRouter turns efforts and budgets into each vendor's words, and leaves them out where a model does not reason (openrouter.ai/docs, reasoning tokens and prompt caching, 2026-08). */
export const openrouterCapabilities: Capabilities = {
  ...openAiStyle,
  developerRole: true,
  reasoningHistory: 'reasoning_details',
  reasoning: { mode: 'optional', efforts: ['minimal', 'low', 'medium', 'high', 'xhigh'], budget: { least: 1 }, off: 'effort' },
  reasoningFields: ['reasoning_effort', 'reasoning'],
  cacheBreakpoints: 'all',
  limits: { ...openAiStyle.limits, user: 128 },
}

export const togetherCapabilities: (model: string) => Capabilities = byFamily({ ...openAiStyle, audio: false, files: false }, [
  [/gpt-oss/, { reasoning: gptOssReasoning }],
])

/** Whatever speaks OpenAI's dialect: nothing of a client's own is taken out, and models that think in tool loops need their thoughts back. */
export const compatibleCapabilities: Capabilities = { ...openAiStyle, reasoningHistory: 'reasoning_content' }

/**
 * A model is told whether to think; only gpt-oss knows levels (`think value "low" is not supported for this model`), and models without
 * thinking refuse the wish (ollama/server/routes.go, 0.12; ollama.com/search?c=thinking, 2026-08).
 */
export const ollamaCapabilities: (model: string) => Capabilities = byFamily(
  { ...everything, imageUrls: false, audio: false, files: false, reasoning: { mode: 'optional', efforts: [], off: 'switch' } },
  [
    [/gpt-oss/i, { reasoning: gptOssReasoning }],
    [
      /(^|\/)(llama|codellama|mistral|mixtral|gemma[23]?:|gemma[23]?$|codegemma|phi3|qwen2|qwen3-coder|deepseek-(coder|llm|v2)|llava|tinyllama|starcoder|command-r|smollm|olmo)/i,
      { reasoning: neverReasons },
    ],
  ],
)
