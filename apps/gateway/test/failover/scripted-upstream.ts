import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One answer of a scripted upstream. */
export type Scene = (response: ServerResponse, request: SeenRequest) => void | Promise<void>

export interface SeenRequest {
  readonly path: string
  readonly body: Record<string, unknown>
  readonly atMs: number
}

export interface ScriptedUpstream {
  /** What a provider's `base_url` takes. */
  readonly url: string
  /** Chat requests that came, in order. */
  readonly seen: readonly SeenRequest[]
  /** Questions that cost nothing: the list of models. */
  readonly probes: () => number
  /** Resolves when the connection of the n-th chat request has been closed by the other side. */
  readonly closed: (index: number) => Promise<void>
  readonly close: () => void
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const piece of request) text += String(piece)
  return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
}

/** An HTTP server that answers its chat requests by a script: the n-th request plays the n-th scene, the last one repeats. */
export async function startUpstream(...script: readonly Scene[]): Promise<ScriptedUpstream> {
  const seen: SeenRequest[] = []
  const closings: Promise<void>[] = []
  let probes = 0
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      probes++
      const scene = script[Math.min(seen.length, script.length - 1)]
      await scene?.(response, { path: request.url ?? '', body: {}, atMs: Date.now() })
      return
    }
    const scene = script[Math.min(seen.length, script.length - 1)]
    closings.push(new Promise((resolve) => response.once('close', resolve)))
    const one: SeenRequest = { path: request.url ?? '', body: await readJson(request), atMs: Date.now() }
    seen.push(one)
    await scene?.(response, one)
  }
  const server = createServer((request, response) => {
    // A scene that writes to a closed connection is part of the play.
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
