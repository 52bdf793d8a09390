import { ownValue } from '../wire/own-value.ts'
import type { FailureClass } from './failure-class.ts'
import type { UpstreamError } from './provider-error.ts'

/** One row of a provider's error table: every field that is given must match; the first matching row decides. */
export interface FailureRow {
  readonly status?: number
  readonly type?: string
  readonly code?: string
  /** A part of the message in lower case, where the vendor says it only in words: quoted by a recording or its documentation. */
  readonly says?: string
  readonly failure: FailureClass
  /** Where it is documented or was recorded, and when. */
  readonly source: string
}

/** Codes and types that mean the same wherever they occur; they win over the status. */
const byWord: Readonly<Record<string, FailureClass>> = {
  insufficient_quota: 'quota',
  billing_hard_limit_reached: 'quota',
  billing_error: 'quota',
  billing_not_active: 'quota',
  context_length_exceeded: 'context_length',
  content_filter: 'content_policy',
  content_policy_violation: 'content_policy',
  model_not_found: 'unknown_model',
  DeploymentNotFound: 'unknown_model',
  model_decommissioned: 'retired_model',
  invalid_api_key: 'authentication',
  API_KEY_INVALID: 'authentication',
  authentication_error: 'authentication',
  rate_limit_exceeded: 'rate_limit',
  rate_limit_error: 'rate_limit',
  overloaded_error: 'server',
}

const byStatus: Readonly<Record<number, FailureClass>> = {
  400: 'invalid_request',
  401: 'authentication',
  402: 'quota',
  403: 'authentication',
  404: 'unknown_model',
  405: 'invalid_response',
  407: 'authentication',
  408: 'server',
  409: 'server',
  410: 'retired_model',
  413: 'invalid_request',
  422: 'invalid_request',
  424: 'server',
  429: 'rate_limit',
  499: 'server',
}

/*
 * Vendors report an overlong prompt as an ordinary 400 and say so only in words. This list is the one exception to "never
 * by message text"; each phrase is quoted by a recording or the vendor's documentation and stands in the test table.
 */
const contextLengthPhrases = [
  'maximum context length', // OpenAI, Azure, DeepSeek, OpenRouter
  'prompt is too long', // Anthropic
  'input is too long', // Bedrock
  'exceeds maximum length', // Bedrock: input tokens exceeded
  'exceeds the maximum number of tokens', // Gemini
  'exceed context limit', // Anthropic: input length and max_tokens
  'too many tokens', // Cohere: size limit exceeded
  'exceeds the available context size', // llama.cpp behind OpenAI-compatible servers
  'reduce the length of the messages', // OpenAI, Groq
] as const

/** What servers say of a path that they don't know (recorded: OpenAI, Groq, Kong before Mistral, Gin before Ollama, FastAPI, Express, nginx). */
const wrongPathPhrases = [
  'invalid url',
  'unknown request url',
  'no route matched',
  'page not found',
  'cannot post ',
  'cannot get ',
] as const

function isWrongPath(status: number, message: string): boolean {
  if (status !== 404) return false
  const lower = message.toLowerCase()
  return lower === 'not found' || wrongPathPhrases.some((phrase) => lower.includes(phrase))
}

function matches(row: FailureRow, status: number, fault: UpstreamError): boolean {
  if (row.status !== undefined && row.status !== status) return false
  if (row.type !== undefined && row.type !== fault.type) return false
  if (row.code !== undefined && row.code !== fault.code) return false
  return row.says === undefined || fault.message.toLowerCase().includes(row.says)
}

function isContextLength(status: number, message: string): boolean {
  if (status !== 400 && status !== 413 && status !== 422) return false
  const lower = message.toLowerCase()
  return contextLengthPhrases.some((phrase) => lower.includes(phrase))
}

/** The class that a provider's own rows give a failure; `undefined` when none of them is about it. */
export function classByRows(rows: readonly FailureRow[], status: number, fault: UpstreamError): FailureClass | undefined {
  return rows.find((candidate) => matches(candidate, status, fault))?.failure
}

/** Which class a refused or failed answer belongs to. `rows` are the provider's own, asked first. */
export function classifyFailure(status: number, fault: UpstreamError, rows: readonly FailureRow[] = []): FailureClass {
  const own = classByRows(rows, status, fault)
  if (own !== undefined) return own
  const word = ownValue(byWord, fault.code) ?? ownValue(byWord, fault.type)
  if (word !== undefined) return word
  if (isContextLength(status, fault.message)) return 'context_length'
  if (isWrongPath(status, fault.message)) return 'invalid_response'
  return byStatus[status] ?? (status >= 500 ? 'server' : status >= 400 ? 'invalid_request' : 'invalid_response')
}
