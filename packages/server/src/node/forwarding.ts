import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { openAiChatClient } from '@proxyapi/core/dialects'
import { shuttingDown } from '../admission/in-flight.ts'
import { toClientError } from '../errors/client-error.ts'
import type { Gateway } from '../gateway/create-gateway.ts'
import { NodeExchange } from './node-exchange.ts'
import { createRequestListener, type Serve } from './request-listener.ts'

/** Says whose request it is. What a client sends under this name goes no further. */
const peerHeader = 'proxyapi-peer'
/** Those of a connection, and not of a request (RFC 9110 section 7.6.1). */
const ofConnection: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect'])

/** What clients may send, and what is added. */
const maxForwardedHeaderBytes = 20 * 1024

/** A request that another process has taken from its client. */
class ForwardedExchange extends NodeExchange {
  override get peerAddress(): string | undefined {
    return this.header(peerHeader)
  }
}

/** The header lines of a message, for another connection. */
function linesOf({ rawHeaders }: IncomingMessage): string[] {
  const lines: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    if (!ofConnection.has(name.toLowerCase()) && name.toLowerCase() !== peerHeader) lines.push(name, value)
  }
  return lines
}

function answerFrom(response: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(response.statusCode ?? 502, linesOf(response))
  response.on('error', () => outgoing.destroy())
  response.on('close', () => {
    // An answer that broke off must not look whole.
    if (!response.complete) outgoing.destroy()
  })
  response.pipe(outgoing)
}

function refuse(outgoing: ServerResponse): void {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  const client = toClientError(shuttingDown(), (text) => text)
  const body = JSON.stringify(openAiChatClient.toErrorBody(client))
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'retry-after': '1', connection: 'close' }
  outgoing.writeHead(client.status, headers).end(body)
}

function requestLines(incoming: IncomingMessage): string[] {
  const { method, headers, socket } = incoming
  const hasLength = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
  // Node would announce a body where there is none.
  const empty = hasLength || method === 'GET' || method === 'HEAD' ? [] : ['content-length', '0']
  return [...linesOf(incoming), ...empty, peerHeader, socket.remoteAddress ?? '']
}

/** Passes requests on to the process that listens at `path` (`listenForForwarded`), and its answers back, byte for byte. */
export function createForwarder(path: string): Serve {
  const agent = new Agent({ keepAlive: true })
  return (incoming, outgoing) => {
    const { method, url } = incoming
    const passed = request({ socketPath: path, agent, method, path: url, headers: requestLines(incoming) }, (response) =>
      answerFrom(response, outgoing),
    )
    passed.on('error', () => refuse(outgoing))
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) passed.destroy()
    })
    incoming.pipe(passed)
  }
}

/** Serves a gateway to other processes of the same owner, which have taken requests from clients and passed them on. Returns a function that ends that. */
export async function listenForForwarded(gateway: Gateway, path: string): Promise<() => Promise<void>> {
  const server = createServer(
    // Those who pass on have set the bounds of time; a connection between processes is kept.
    { maxHeaderSize: maxForwardedHeaderBytes, headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0, joinDuplicateHeaders: true },
    createRequestListener(gateway, { toExchange: (incoming, outgoing) => new ForwardedExchange(incoming, outgoing) }),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve(void server.off('error', reject)))
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
