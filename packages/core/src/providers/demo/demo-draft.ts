import type { FunctionTool, Message } from '../../chat/message.ts'
import type { ChatRequest, ReasoningRequest, ResponseFormat } from '../../chat/request.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../wire/json.ts'
import { type DemoModel, demoText } from './demo-model.ts'
import { schemaInstance } from './json-schema/schema-instance.ts'

/** A call that the model makes. */
export interface DraftedCall {
  readonly name: string
  readonly argumentsText: string
}

/** All that the model would say in one choice, before `max_tokens` cuts it. */
export interface DemoDraft {
  readonly reasoning: string
  readonly text: string
  readonly calls: readonly DraftedCall[]
  /** The stop sequence that ended the text. */
  readonly stopSequence?: string | undefined
}

/** The text of a message's content. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('')
}

/** What came after the model's last turn. */
function sinceLastTurn(messages: readonly Message[]): readonly Message[] {
  return messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
}

/** What is answered: the results of tools where there are new ones, else the user's last message. */
function lastWords(messages: readonly Message[]): string {
  const results = sinceLastTurn(messages).filter(({ role }) => role === 'tool')
  if (results.length > 0) return results.map(({ content }) => textOf(content)).join('\n')
  return textOf(messages.findLast(({ role }) => role === 'user')?.content)
}

/** More calls than these are not made at once. */
const maxParallelCalls = 8

/** The tools that are called: the first or the chosen one, and with parallel calls asked for each of them, two calls at least. */
function toolsToCall({ tools = [], toolChoice, parallelToolCalls, messages }: ChatRequest): readonly FunctionTool[] {
  if (toolChoice === 'none') return []
  const functions = tools.filter((tool) => tool.type === 'function')
  if (typeof toolChoice === 'object') return functions.filter(({ name }) => name === toolChoice.name).slice(0, 1)
  // Who forces a call gets one, whatever came before.
  if (toolChoice !== 'required' && sinceLastTurn(messages).some(({ role }) => role === 'tool')) return []
  if (parallelToolCalls !== true) return functions.slice(0, 1)
  return functions.length === 1 ? [...functions, ...functions] : functions.slice(0, maxParallelCalls)
}

/** Arguments say the names of their members, and nothing that the user wrote: an agent may well run them. */
function toCall({ name, parameters = {} }: FunctionTool): DraftedCall {
  const given = schemaInstance(parameters)
  return { name, argumentsText: JSON.stringify(isJsonObject(given) ? given : {}) }
}

/** The text in the form that the caller asks for. */
function formatted(text: string, format: ResponseFormat | undefined): string {
  if (format === undefined || format.type === 'text') return text
  const own = parseJson(text)
  if (format.type === 'json_object') return isJsonObject(own) ? text : JSON.stringify({ answer: text })
  const instance: JsonValue | undefined = schemaInstance(format.schema, text)
  return JSON.stringify(instance ?? {})
}

/** A text up to the first of the stop sequences. */
function stopped(text: string, sequences: readonly string[] = []): Pick<DemoDraft, 'text' | 'stopSequence'> {
  const met = sequences
    .filter((sequence) => sequence !== '' && text.includes(sequence))
    .sort((left, right) => text.indexOf(left) - text.indexOf(right))[0]
  return met === undefined ? { text } : { text: text.slice(0, text.indexOf(met)), stopSequence: met }
}

const thoughts = [
  'The demo has no model behind it.',
  'It answers by rule.',
  'The same request gets the same answer.',
  'More effort makes longer thoughts.',
  'None of them makes the answer better.',
]
const sentencesOfEffort: Readonly<Record<NonNullable<ReasoningRequest['effort']>, number>> = {
  none: 0,
  minimal: 1,
  low: 2,
  medium: 3,
  high: 4,
  xhigh: 5,
  max: 5,
}

function reasoningOf(reasoning: ReasoningRequest | undefined): string {
  if (reasoning === undefined || reasoning.mode === 'disabled') return ''
  return thoughts.slice(0, sentencesOfEffort[reasoning.effort ?? 'medium']).join(' ')
}

/** What the model says to a request: calls of tools, or an answer in the form that is asked for. */
export function demoDraft(model: DemoModel, request: ChatRequest): DemoDraft {
  const reasoning = reasoningOf(request.reasoning)
  const calls = toolsToCall(request).map(toCall)
  if (calls.length > 0) return { reasoning, text: '', calls }
  const text = formatted(demoText(model, lastWords(request.messages)), request.responseFormat)
  return { reasoning, calls, ...stopped(text, request.stop) }
}
