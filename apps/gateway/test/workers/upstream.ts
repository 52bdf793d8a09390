import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What an answer of this upstream uses. */
const usage = { prompt_tokens: 8, completion_tokens: 500, total_tokens: 508 }

export interface Upstream {
  readonly url: string
  /** How many requests it has had. */
  readonly count: () => number
  /** How many of them it holds back. */
  readonly held: () => number
  /** Holds answers back from now on. */
  readonly hold: () => void
  /** Sends what is held back, and what comes from now on at once. */
  readonly release: () => void
  /** Answers with this status from now on. */
  readonly fail: (status: number | undefined) => void
  readonly close: () => void
}

function answer(response: ServerResponse, count: number): void {
  const message = { role: 'assistant', content: `answer ${count}` }
  const body = {
    id: `a${count}`,
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  }
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
}

/** A provider that answers everything, or as it is told. */
export async function startUpstream(): Promise<Upstream> {
  let count = 0
  let isHolding = false
  let status: number | undefined
  const held = new Set<() => void>()
  const server: Server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const number = ++count
      if (status !== undefined) {
        response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}')
        return
      }
      if (!isHolding) return answer(response, number)
      const send = (): void => answer(response, number)
      held.add(send)
      response.on('close', () => held.delete(send))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    count: () => count,
    held: () => held.size,
    hold: () => {
      isHolding = true
    },
    release: () => {
      isHolding = false
      for (const send of [...held]) send()
    },
    fail: (next) => {
      status = next
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
