// A load generator on bare sockets: it must cost less than what it measures.
import { connect } from 'node:net'

/** A whole HTTP request. */
export function toRequest(path, body, headers = {}) {
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  return `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`
}

/** Reads answers off one connection; calls back at the end of each. */
function createReader(onAnswer) {
  let text = ''
  return (bytes) => {
    text += bytes.toString('latin1')
    for (;;) {
      const head = text.indexOf('\r\n\r\n')
      if (head === -1) return
      if (!text.startsWith('HTTP/1.1 200')) throw new Error(text.slice(0, 300))
      const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
      const end = length === undefined ? text.indexOf('\r\n0\r\n\r\n', head) + 7 : head + 4 + Number(length)
      if (end === 6 || text.length < end) return
      text = text.slice(end)
      onAnswer()
    }
  }
}

function open(port, onAnswer) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.on(
      'data',
      createReader(() => onAnswer(socket)),
    )
    socket.on('error', reject)
  })
}

/** Closed loop: as many requests a second as `connections` can get. */
export async function throughput(port, request, { connections = 32, seconds = 2 } = {}) {
  let answers = 0
  const sockets = await Promise.all(
    Array.from({ length: connections }, () =>
      open(port, (socket) => {
        answers++
        socket.write(request)
      }),
    ),
  )
  const startedAt = performance.now()
  for (const socket of sockets) socket.write(request)
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const rate = (answers / (performance.now() - startedAt)) * 1000
  for (const socket of sockets) socket.destroy()
  return rate
}

/** Open loop: a request every `1000 / rate` milliseconds; gives the sorted latencies in milliseconds. */
export async function latencies(port, request, { rate = 100, seconds = 3 } = {}) {
  const found = []
  const idle = []
  for (let sent = 0; sent < rate * seconds; sent++) {
    const started = performance.now()
    const done = (socket) => {
      found.push(performance.now() - socket.startedAt)
      idle.push(socket)
    }
    const socket = idle.pop() ?? (await open(port, done))
    socket.startedAt = performance.now()
    socket.write(request)
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 / rate - (performance.now() - started))))
  }
  await new Promise((resolve) => setTimeout(resolve, 200))
  for (const socket of idle) socket.destroy()
  return found.sort((a, b) => a - b)
}

/** Opens `count` streams that stay open. */
export async function hold(port, request, count) {
  const sockets = await Promise.all(Array.from({ length: count }, () => open(port, () => {})))
  for (const socket of sockets) socket.write(request)
  return () => sockets.forEach((socket) => socket.destroy())
}
