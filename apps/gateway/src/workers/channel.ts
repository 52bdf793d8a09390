import { systemDeps } from '@proxyapi/core'

type Message =
  | { readonly type: 'ask'; readonly id: number; readonly question: string; readonly argument: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly type: 'tell'; readonly topic: string; readonly value: unknown }

/** What the other side of a channel may ask and tell. A question is answered, also by a promise; what is told is not. */
export interface ChannelHandlers {
  readonly questions: Readonly<Record<string, (argument: never) => unknown>>
  readonly topics: Readonly<Record<string, (value: never) => void>>
}

/** Questions, answers and messages between two processes, in the order in which they were sent. */
export interface Channel {
  /** @throws Error where the other side fails, has ended, or does not answer in time */
  readonly ask: <Answer>(question: string, argument?: unknown, options?: { readonly withinMs?: number | undefined }) => Promise<Answer>
  readonly tell: (topic: string, value?: unknown) => void
  /** Takes a message that has come in. */
  readonly receive: (message: unknown) => void
  /** The other side has ended: fails what is not answered. */
  readonly close: () => void
}

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
  readonly cancelTimer: () => void
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message
}

function gone(question: string): Error {
  return new Error(`The process that was asked for "${question}" has ended.`)
}

/** Creates one end of a channel. `post` sends plain data, and must not throw. */
export function createChannel(
  post: (message: unknown) => void,
  { questions, topics }: ChannelHandlers,
  { setTimer }: Pick<typeof systemDeps, 'setTimer'> = systemDeps,
): Channel {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let isClosed = false
  const take = (id: number): Waiting | undefined => {
    const found = waiting.get(id)
    waiting.delete(id)
    found?.cancelTimer()
    return found
  }
  const answer = async ({ id, question, argument }: Extract<Message, { type: 'ask' }>): Promise<void> => {
    let reply: Message
    try {
      const handler = questions[question]
      if (handler === undefined) throw new Error(`There is no answer to "${question}".`)
      // The other side is the same program: it sends the argument of that question.
      reply = { type: 'answer', id, value: await handler(argument as never) }
    } catch (error) {
      reply = { type: 'answer', id, error: error instanceof Error ? error.message : String(error) }
    }
    if (!isClosed) post(reply)
  }
  return {
    ask: (question, argument, { withinMs } = {}) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(gone(question))
        const id = ++lastId
        const late = (): void => take(id)?.reject(new Error(`"${question}" was not answered within ${withinMs} ms.`))
        const cancelTimer = withinMs === undefined ? () => undefined : setTimer(late, withinMs)
        waiting.set(id, { resolve, reject, cancelTimer })
        post({ type: 'ask', id, question, argument })
      }),
    tell: (topic, value) => {
      if (!isClosed) post({ type: 'tell', topic, value })
    },
    receive: (message) => {
      if (!isMessage(message)) return
      if (message.type === 'ask') void answer(message)
      else if (message.type === 'tell')
        topics[message.topic]?.(message.value as never) // as above
      else if (message.error === undefined)
        take(message.id)?.resolve(message.value as never) // as above
      else take(message.id)?.reject(new Error(message.error))
    },
    close: () => {
      isClosed = true
      for (const id of [...waiting.keys()]) take(id)?.reject(gone('an answer'))
    },
  }
}
