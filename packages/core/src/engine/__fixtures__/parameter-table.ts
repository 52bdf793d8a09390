import type { ChatRequest } from '../../chat/request.ts'
import { exchange } from './exchange.ts'

/** What becomes of a parameter at a model. */
type Fate = 'native' | 'mapped' | 'clamped' | 'dropped'

/** A parameter, a request that uses it, and one with a value beyond what most models take. */
interface Probe {
  readonly name: string
  readonly usual: Partial<ChatRequest>
  readonly large?: Partial<ChatRequest> | undefined
  /** The name in reports where it differs. */
  readonly report?: string | undefined
}

const tools = [{ type: 'function', name: 'lookup', parameters: { type: 'object', properties: {} } }] as const
const history = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', toolCalls: [{ id: 'toolu_01A09q90qw90lq917835lq9_and_more_than_forty', name: 'lookup', argumentsText: '{}' }] },
  { role: 'tool', toolCallId: 'toolu_01A09q90qw90lq917835lq9_and_more_than_forty', content: 'ok' },
] as const
const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }

const probes: readonly Probe[] = [
  { name: '`max_tokens`', report: 'max_tokens', usual: { maxTokens: 1_000 }, large: { maxTokens: 100_000_000 } },
  { name: '`temperature`', report: 'temperature', usual: { temperature: 0.5 }, large: { temperature: 1.9 } },
  { name: '`top_p`', report: 'top_p', usual: { topP: 0.5 } },
  { name: '`top_k`', report: 'top_k', usual: { topK: 40 } },
  { name: '`n`', report: 'n', usual: { n: 2 } },
  { name: '`stop`', report: 'stop', usual: { stop: ['x'] }, large: { stop: Array.from({ length: 40 }, (_, index) => `x${index}`) } },
  { name: '`seed`', report: 'seed', usual: { seed: 7 } },
  { name: '`presence_penalty`', report: 'presence_penalty', usual: { presencePenalty: 0.5 }, large: { presencePenalty: 1.9 } },
  { name: '`frequency_penalty`', report: 'frequency_penalty', usual: { frequencyPenalty: 0.5 }, large: { frequencyPenalty: 1.9 } },
  { name: '`logprobs`', report: 'logprobs', usual: { logprobs: true } },
  { name: '`top_logprobs`', report: 'top_logprobs', usual: { logprobs: true, topLogprobs: 3 }, large: { logprobs: true, topLogprobs: 90 } },
  { name: '`logit_bias`', report: 'logit_bias', usual: { logitBias: { '1': 1 } } },
  { name: '`reasoning_effort`', report: 'reasoning_effort', usual: { maxTokens: 40_000, reasoning: { effort: 'medium' } } },
  { name: 'no reasoning', report: 'reasoning_effort', usual: { reasoning: { mode: 'disabled' } } },
  { name: 'a budget of reasoning', report: 'reasoning_effort', usual: { maxTokens: 40_000, reasoning: { mode: 'enabled', budgetTokens: 4_000 } } },
  { name: 'JSON mode', report: 'response_format', usual: { responseFormat: { type: 'json_object' } } },
  { name: 'a schema', report: 'response_format', usual: { responseFormat: { type: 'json_schema', name: 'n', schema } } },
  { name: '`tools`', report: 'tools', usual: { tools } },
  { name: '`tool_choice`', report: 'tool_choice', usual: { tools, toolChoice: 'required' } },
  { name: '`parallel_tool_calls`', report: 'parallel_tool_calls', usual: { tools, parallelToolCalls: false } },
  { name: 'names of tools', report: 'tools', usual: { tools: [{ ...tools[0], name: `mcp.${'n'.repeat(150)}` }] } },
  { name: 'ids of calls', report: 'tool_call_id', usual: { tools, messages: history } },
  { name: 'the role `developer`', report: 'role', usual: { messages: [{ role: 'developer', content: 'Be brief.' }, { role: 'user', content: 'Hi' }] } },
  { name: '`name` of a message', report: 'name', usual: { messages: [{ role: 'user', content: 'Hi', name: 'ann' }] } },
  {
    name: 'cache marks',
    report: 'cache_control',
    usual: { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cacheBreakpoint: {} }] }] },
  },
  { name: '`user`', report: 'user', usual: { user: 'u1' }, large: { user: 'u'.repeat(600) } },
  { name: '`service_tier`', report: 'service_tier', usual: { serviceTier: 'flex' } },
  { name: '`metadata`', report: 'metadata', usual: { metadata: { a: 'b' } } },
  { name: '`verbosity`', report: 'verbosity', usual: { verbosity: 'low' } },
  { name: '`prompt_cache_key`', report: 'prompt_cache_key', usual: { promptCacheKey: 'k' }, large: { promptCacheKey: 'k'.repeat(600) } },
]

/** Models that stand for others of their kind. */
const targets = [
  'openai/gpt-4.1',
  'openai/gpt-5',
  'openai/gpt-5.2',
  'azure_openai/gpt-4.1',
  'anthropic/claude-sonnet-4-5',
  'anthropic/claude-opus-4-7',
  'bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0',
  'bedrock/amazon.nova-pro-v1:0',
  'gemini/gemini-2.5-flash',
  'vertex/gemini-2.5-flash',
  'cohere/command-a-03-2025',
  'mistral/mistral-large-latest',
  'mistral/mistral-small-latest',
  'groq/llama-3.3-70b-versatile',
  'groq/qwen/qwen3-32b',
  'groq/openai/gpt-oss-120b',
  'grok/grok-4',
  'grok/grok-4.3',
  'deepseek/deepseek-v4-pro',
  'openrouter/anthropic/claude-sonnet-4.5',
  'together/openai/gpt-oss-120b',
  'ollama/llama3.1:8b',
  'ollama/qwen3:8b',
  'openai_compatible/any-model',
] as const

async function told(target: string, fields: Partial<ChatRequest>, report: string): Promise<'dropped' | 'changed' | undefined> {
  const { receipt } = await exchange(target, { model: target, messages: [{ role: 'user', content: 'Hi' }], ...fields })
  if (receipt.dropped.includes(report)) return 'dropped'
  return receipt.changed?.includes(report) === true ? 'changed' : undefined
}

async function fateOf(target: string, { name, usual, large, report = name }: Probe): Promise<Fate> {
  const atUsual = await told(target, usual, report)
  if (atUsual !== undefined) return atUsual === 'dropped' ? 'dropped' : 'mapped'
  return large !== undefined && (await told(target, large, report)) !== undefined ? 'clamped' : 'native'
}

const fates: readonly Fate[] = ['native', 'clamped', 'mapped', 'dropped']

/** A line of the table: what becomes of each parameter at a model. */
async function lineOf(target: string): Promise<string> {
  const found = await Promise.all(probes.map(async (probe) => ({ name: probe.name, fate: await fateOf(target, probe) })))
  const cells = fates.map((fate) => found.filter((probe) => probe.fate === fate).map(({ name }) => name))
  return `| \`${target}\` | ${cells.map((names) => names.join(', ')).join(' | ')} |`
}

/** The table of `docs/parameters.md`, as the providers' rows make it. */
export async function parameterTable(): Promise<string> {
  const lines: string[] = []
  for (const target of targets) lines.push(await lineOf(target))
  return ['| model | as it is | lowered when too large | in other words | dropped |', '| --- | --- | --- | --- | --- |', ...lines].join('\n')
}
