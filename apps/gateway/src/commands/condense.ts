import { type CondenseRequest, type CondenseResult, createCondenser, createTokenCounter } from '@proxyapi/context'
import { isProxyApiError } from '@proxyapi/core'
import { toCondenseWire } from '@proxyapi/server'
import type { CliContext } from '../process.ts'
import { readArguments, UsageError } from './arguments.ts'
import { ConversationError, readConversation } from './read-conversation.ts'

export const condenseHelp = `proxyapi condense FILE [--max-tokens N] [--query TEXT] [--format summary|messages] [--model NAME] [--json]

Shortens a conversation by choosing what to keep: offline, deterministic, never over the budget. FILE is a JSON list of
messages, an object with "messages", or plain text; "-" is standard input.

  --max-tokens N  the most tokens of the answer (512)
  --mode MODE     extractive, which is all there is without a gateway
  --query TEXT    what the answer is wanted for (the last user turn)
  --format F      summary: a text. messages: a shorter conversation, as JSON (summary)
  --model NAME    whose tokens are counted (openai/gpt-4o)
  --json          the whole answer as POST /api/condense gives it
`

const flags = {
  'max-tokens': { type: 'string' },
  mode: { type: 'string' },
  query: { type: 'string' },
  format: { type: 'string' },
  model: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const defaultMaxTokens = 512
const usualModel = 'openai/gpt-4o'

function readTokens(value: string | undefined): number {
  if (value === undefined) return defaultMaxTokens
  if (/^\d{1,12}$/.test(value) && Number(value) >= 1) return Number(value)
  throw new UsageError(`--max-tokens is "${value}"; allowed: a whole number from 1 on`)
}

function readFormat(value: string | undefined): 'summary' | 'messages' {
  if (value === undefined || value === 'summary' || value === 'messages') return value ?? 'summary'
  throw new UsageError(`--format is "${value}"; allowed: summary, messages`)
}

function assertOffline(mode: string | undefined): void {
  if (mode === undefined || mode === 'extractive' || mode === 'auto') return
  if (mode === 'abstractive')
    throw new UsageError('--mode abstractive needs a model: start a gateway and use POST /api/condense; allowed here: extractive, auto')
  throw new UsageError(`--mode is "${mode}"; allowed: extractive, auto`)
}

function toText(result: CondenseResult, asJson: boolean, format: 'summary' | 'messages'): string {
  if (asJson) return JSON.stringify(toCondenseWire(result), undefined, 2)
  return format === 'messages' ? JSON.stringify(result.messages, undefined, 2) : result.summary
}

/** The file's text. */
function readText(files: readonly string[], context: CliContext): string {
  const [file] = files
  if (file === undefined || files.length > 1)
    throw new UsageError(`condense takes one FILE, or "-" for standard input; found ${files.length}`)
  return context.readFile(file)
}

/** Failures that are told in one line: a file that can't be read or holds no conversation, a budget that nothing fits. */
function isExpected(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof UsageError) return false
  return error instanceof ConversationError || isProxyApiError(error) || ('code' in error && 'syscall' in error)
}

async function run(request: Omit<CondenseRequest, 'messages'>, text: string, model: string): Promise<CondenseResult> {
  const counter = await createTokenCounter(model)
  return createCondenser({ counter }).condense({ ...request, messages: readConversation(text) })
}

export async function condense(args: readonly string[], context: CliContext): Promise<number> {
  const { values, positionals: files } = readArguments(args, flags)
  if (values.help === true) {
    context.out(condenseHelp)
    return 0
  }
  assertOffline(values.mode)
  const format = readFormat(values.format)
  const maxTokens = readTokens(values['max-tokens'])
  try {
    const result = await run({ maxTokens, format, query: values.query }, readText(files, context), values.model ?? usualModel)
    context.out(`${toText(result, values.json === true, format)}\n`)
    return 0
  } catch (error) {
    if (!isExpected(error)) throw error
    context.err(`proxyapi condense: ${error.message.replaceAll('maxTokens', '--max-tokens')}\n`)
    return 1
  }
}
