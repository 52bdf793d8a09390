// Stands between a client and the gateway and keeps what the client sends, byte for byte.
import { createServer, request as send } from 'node:http'

/** Starts the proxy in front of a gateway. `seen` has each request: { method, path, headers, body }. */
export async function startRecordingProxy(gatewayUrl) {
  const seen = []
  const server = createServer((incoming, outgoing) => {
    const pieces = []
    incoming.on('data', (piece) => pieces.push(piece))
    incoming.on('end', () => {
      const bytes = Buffer.concat(pieces)
      const { method, url: path, headers } = incoming
      const record = { method, path, headers, body: bytes.length === 0 ? undefined : bytes.toString() }
      seen.push(record)
      const forwarded = send(gatewayUrl + path, { method, headers: { ...headers, host: new URL(gatewayUrl).host } }, (answer) => {
        record.status = answer.statusCode
        outgoing.writeHead(answer.statusCode, answer.headers)
        answer.pipe(outgoing)
      })
      forwarded.on('error', () => outgoing.destroy())
      outgoing.on('close', () => forwarded.destroy())
      forwarded.end(bytes)
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
