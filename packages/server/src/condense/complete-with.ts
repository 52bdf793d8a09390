import type { Complete } from '@proxyapi/context'
import { chat, ProxyApiError } from '@proxyapi/core'
import type { Exchange } from '../http/exchange.ts'
import { type CallDeps, startCall } from '../request/open-call.ts'

/** Room for reasoning, which counts towards the same bound as the text. */
const reasoningTokens = 1_024

/** Lets a model of the engine write: each prompt is a call of its own, with the caller's key, limits and receipt. */
export function completeWith(model: string, exchange: Exchange, calls: CallDeps): Complete {
  return async (prompt, { maxTokens, signal }) => {
    signal.throwIfAborted()
    const request = { model, messages: [{ role: 'user', content: prompt }], maxTokens: maxTokens + reasoningTokens } as const
    const opened = startCall(exchange, { operation: chat, request }, calls)
    signal.addEventListener('abort', opened.cancel, { once: true })
    opened.call.hold(() => signal.removeEventListener('abort', opened.cancel))
    const answer = await opened.run(calls.engine.handler(chat))
    if (answer.type === 'whole') return answer.response.choices[0]?.text ?? ''
    throw new ProxyApiError({ code: 'internal_error', message: 'A stream came where a whole answer was asked for.' })
  }
}
