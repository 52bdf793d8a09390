import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port // a server on TCP has one
}

/** An HTTP receiver on loopback. Its first answers are refusals with the given statuses; `accepted` has what it said 200 to. */
export async function createHttpReceiver(refusals: readonly number[] = [], headers: Readonly<Record<string, string>> = {}) {
  const accepted: Received[] = []
  const refused: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const received = { path: request.url ?? '', headers: request.headers, body }
      const status = refusals[refused.length]
      if (status === undefined) accepted.push(received)
      else refused.push(received)
      response.writeHead(status ?? 200, headers).end('ok')
    })
  })
  const port = await listen(server)
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}`, accepted, refused, close }
}

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly data: string
}

type Reply = (line: string) => string | undefined

/** One SMTP conversation (RFC 5321), as far as a sender needs it. */
function converse(socket: Socket, refusal: () => string | undefined, onMail: (mail: ReceivedMail) => void): void {
  let from = ''
  let to: string[] = []
  let data: string[] | undefined
  const commands: readonly (readonly [RegExp, Reply])[] = [
    [/^(?:EHLO|HELO)/i, () => '250 stub'],
    [/^MAIL FROM:<(.*?)>/i, (line) => ((from = /<(.*?)>/.exec(line)?.[1] ?? ''), (to = []), refusal() ?? '250 ok')],
    [/^RCPT TO:<(.*?)>/i, (line) => (to.push(/<(.*?)>/.exec(line)?.[1] ?? ''), '250 ok')],
    [/^DATA/i, () => ((data = []), '354 go on')],
    [/^QUIT/i, () => '221 bye'],
    [/^/, () => '250 ok'],
  ]
  const onLine = (line: string): string | undefined => {
    if (data === undefined) return commands.find(([pattern]) => pattern.test(line))?.[1](line)
    if (line !== '.') return void data.push(line)
    onMail({ from, to, data: data.join('\n') })
    data = undefined
    return '250 stored'
  }
  let rest = ''
  socket.on('error', () => undefined)
  socket.write('220 stub ESMTP\r\n')
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const reply = onLine(line)
      if (reply !== undefined) socket.write(`${reply}\r\n`)
    }
  })
}

/** An SMTP server on loopback that keeps what it is sent. Its first mails are refused with the given replies. */
export async function createMailReceiver(refusals: readonly string[] = []) {
  const accepted: ReceivedMail[] = []
  const sockets = new Set<Socket>()
  let mails = 0
  const server = createSocketServer((socket) => {
    sockets.add(socket)
    converse(
      socket,
      () => refusals[mails++],
      (mail) => accepted.push(mail),
    )
  })
  const port = await listen(server)
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  return { url: `smtp://127.0.0.1:${port}`, accepted, tries: () => mails, close }
}
