import { isDeepStrictEqual } from 'node:util'
import type { Exchange, ExpectedChoice } from './corpus.ts'

interface ToolCall {
  readonly id: string
  readonly function: { readonly name: string; readonly arguments: string }
}

interface Choice {
  readonly index: number
  readonly message: { content: string | null; refusal?: string | null; reasoning_content?: string; tool_calls?: ToolCall[] }
  finish_reason: string | null
}

/** What a client got: a Chat Completion (folded, when it was streamed) or an error. */
export interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: {
    readonly model?: string
    readonly choices?: Choice[]
    readonly usage?: Readonly<Record<string, unknown>> | undefined
    readonly error?: { readonly message: string; readonly type: string } | undefined
    readonly data?: readonly { readonly embedding: readonly number[] }[]
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { __raw: text }
  }
}

function compareTools(expected: ExpectedChoice, choice: Choice): string[] {
  const want = expected.tool_calls ?? []
  const got = choice.message.tool_calls ?? []
  if (want.length !== got.length) return [`${got.length} tool calls, expected ${want.length}`]
  return want.flatMap((call, index) => {
    const other = got[index]
    const args = parsed(other?.function.arguments ?? '')
    const problems: string[] = []
    if (other?.function.name !== call.name) problems.push(`tool ${other?.function.name}, expected ${call.name}`)
    if (call.id && other?.id !== call.id) problems.push(`tool id ${other?.id}, expected ${call.id}`)
    if (!other?.id) problems.push('tool call without id')
    if (!isDeepStrictEqual(args, call.arguments))
      problems.push(`arguments ${JSON.stringify(args).slice(0, 120)}, expected ${JSON.stringify(call.arguments).slice(0, 120)}`)
    return problems
  })
}

function compareChoice(expected: ExpectedChoice, choice: Choice | undefined): string[] {
  if (choice === undefined) return ['choice missing']
  const problems = compareTools(expected, choice)
  const text = choice.message.content ?? ''
  if (text !== (expected.text ?? '') && !(expected.text_accept ?? []).includes(text))
    problems.push(`text ${JSON.stringify(text).slice(0, 100)}, expected ${JSON.stringify(expected.text).slice(0, 100)}`)
  if (expected.reasoning && choice.message.reasoning_content !== expected.reasoning) {
    const squeeze = (value: string | undefined): string => (value ?? '').replace(/\s+/g, '')
    if (squeeze(choice.message.reasoning_content) !== squeeze(expected.reasoning))
      problems.push(
        `reasoning ${JSON.stringify(choice.message.reasoning_content)?.slice(0, 80)}, expected ${JSON.stringify(expected.reasoning).slice(0, 80)}`,
      )
  }
  if (expected.refusal && choice.message.refusal !== expected.refusal) problems.push(`refusal ${choice.message.refusal}`)
  const finish = expected.finish_reason
  if (finish && finish.openai !== choice.finish_reason && !(finish.accept ?? []).includes(choice.finish_reason))
    problems.push(`finish ${choice.finish_reason}, expected ${JSON.stringify(finish)}`)
  return problems
}

function compareUsage(exchange: Exchange, usage: Readonly<Record<string, unknown>> | undefined): string[] {
  const want = exchange.expected.usage
  if (!want?.openai) return []
  const pair = [Number(usage?.['prompt_tokens']), Number(usage?.['completion_tokens'])]
  const accepted = [[want.openai['prompt_tokens'], want.openai['completion_tokens']], ...(want.accept ?? [])]
  if (!accepted.some((one) => isDeepStrictEqual([...one], pair))) return [`usage ${pair}, expected ${JSON.stringify(accepted)}`]
  const details = usage?.['prompt_tokens_details'] as { cached_tokens?: number } | undefined
  const cached = want.openai['cached_tokens']
  if (cached && (details?.cached_tokens ?? 0) !== cached && (usage?.['prompt_cache_hit_tokens'] ?? 0) !== cached)
    return [`cached ${details?.cached_tokens}, expected ${cached}`]
  const thought = (usage?.['completion_tokens_details'] as { reasoning_tokens?: number } | undefined)?.reasoning_tokens ?? 0
  const reasoning = want.openai['reasoning_tokens']
  return reasoning && thought !== reasoning ? [`reasoning tokens ${thought}, expected ${reasoning}`] : []
}

function compareError(exchange: Exchange, answer: Answer): string[] {
  const want = exchange.expected.error
  if (want === undefined) return []
  const problems: string[] = []
  const accepted = want.accept_status ?? [want.status]
  if (!accepted.includes(answer.status)) problems.push(`status ${answer.status}, expected ${accepted}`)
  if (!answer.body.error?.message || !answer.body.error.type) problems.push('no error body')
  if (want.retry_after && answer.status === 429 && answer.retryAfter === null) problems.push('no retry-after')
  return problems
}

function compareEmbeddings(exchange: Exchange, answer: Answer): string[] {
  const { count, dims, head } = exchange.expected
  const data = answer.body.data ?? []
  if (data.length !== count) return [`${data.length} embeddings, expected ${count}`]
  const first = data[0]?.embedding ?? []
  if (dims !== undefined && first.length !== dims) return [`${first.length} dimensions, expected ${dims}`]
  return (head ?? []).some((value, index) => Math.abs(value - (first[index] ?? 9)) > 1e-5) ? ['other values'] : []
}

/** Everything in which a client's answer differs from what the vendor's own SDK reads. */
export function compare(exchange: Exchange, answer: Answer): string[] {
  const { expected } = exchange
  if (expected.kind === 'error') return compareError(exchange, answer)
  if (expected.stream_error !== undefined) return answer.body.error === undefined ? ['no error in the stream'] : []
  if (answer.status !== 200 || answer.body.error !== undefined)
    return [`status ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`]
  if (expected.kind === 'embeddings') return compareEmbeddings(exchange, answer)
  const choices = (expected.choices ?? []).flatMap((choice) =>
    compareChoice(
      choice,
      answer.body.choices?.find(({ index }) => index === choice.index),
    ),
  )
  const model = expected.model && answer.body.model !== expected.model ? [`model ${answer.body.model}, expected ${expected.model}`] : []
  return [...choices, ...model, ...compareUsage(exchange, answer.body.usage)]
}
