import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers one request of a scripted upstream. */
export type ScriptedAnswer = (response: ServerResponse, request: ReceivedRequest) => void | Promise<void>

export interface ReceivedRequest {
  readonly path: string
  readonly body: Record<string, unknown>
  readonly atMs: number
}

export interface ScriptedUpstream {
  /** The `base_url` for a provider. */
  readonly url: string
  /** The chat requests, in order. */
  readonly seen: readonly ReceivedRequest[]
  /** How often the list of models was requested, as a health check. */
  readonly probes: () => number
  /** Resolves when the client has closed the connection of the n-th chat request. */
  readonly closed: (index: number) => Promise<void>
  readonly close: () => void
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const piece of request) text += String(piece)
  return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
}

/** Starts an HTTP server that answers the n-th chat request with the n-th answer of its script; the last one repeats. */
export async function startUpstream(...script: readonly ScriptedAnswer[]): Promise<ScriptedUpstream> {
  const seen: ReceivedRequest[] = []
  const closings: Promise<void>[] = []
  let probes = 0
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      probes++
      const answer = script[Math.min(seen.length, script.length - 1)]
      await answer?.(response, { path: request.url ?? '', body: {}, atMs: Date.now() })
      return
    }
    const answer = script[Math.min(seen.length, script.length - 1)]
    closings.push(new Promise((resolve) => response.once('close', resolve)))
    const one: ReceivedRequest = { path: request.url ?? '', body: await readJson(request), atMs: Date.now() }
    seen.push(one)
    await answer?.(response, one)
  }
  const server = createServer((request, response) => {
    // A scripted answer may write to a closed connection.
    response.on('error', () => undefined)
    void handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    probes: () => probes,
    closed: (index) => closings[index] ?? Promise.resolve(),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
