// A load generator on bare sockets: it must cost less than what it measures. Every answer is checked: status 200 and the expected length.
import { connect } from 'node:net'
import { mark } from './prompts.mjs'

const carriageReturn = 13

/** Reads answers off one connection: calls back with the length of each body, chunk framing not counted. */
export function createReader(onAnswer) {
  let rest
  let state = 'head'
  let isChunked = false
  let wanted = 0 // bytes of the body or the chunk still to come
  let length = 0
  let head = ''

  const readHead = (bytes) => {
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) return -1
    head = bytes.latin1Slice(0, end).toLowerCase()
    if (!head.startsWith('http/1.1 200')) throw new Error(`the answer is no 200: ${bytes.latin1Slice(0, Math.min(600, bytes.length))}`)
    isChunked = head.includes('transfer-encoding: chunked')
    length = 0
    wanted = 0
    if (!isChunked) {
      wanted = Number(/content-length: (\d+)/.exec(head)?.[1])
      if (Number.isNaN(wanted)) throw new Error(`the answer has no length: ${head}`)
    }
    state = isChunked ? 'size' : 'body'
    return end + 4
  }

  const readSize = (bytes, from) => {
    const end = bytes.indexOf(carriageReturn, from)
    if (end === -1 || end + 2 > bytes.length) return -1
    const size = Number.parseInt(bytes.latin1Slice(from, end), 16)
    // The last chunk is empty; a line end follows it, as it follows each.
    wanted = size + 2
    state = size === 0 ? 'last' : 'chunk'
    length += size
    return end + 2
  }

  return (incoming) => {
    let bytes = rest === undefined ? incoming : Buffer.concat([rest, incoming])
    rest = undefined
    let at = 0
    while (at < bytes.length) {
      if (state === 'head') {
        if (at > 0) bytes = bytes.subarray(at)
        const next = readHead(bytes)
        at = 0
        if (next === -1) break
        at = next
      } else if (state === 'size') {
        const next = readSize(bytes, at)
        if (next === -1) break
        at = next
      } else {
        const taken = Math.min(wanted, bytes.length - at)
        wanted -= taken
        at += taken
        if (state === 'body') length += taken
        if (wanted > 0) return
        if (state === 'chunk') state = 'size'
        else {
          state = 'head'
          onAnswer(length, head)
        }
      }
    }
    if (at < bytes.length) rest = bytes.subarray(at)
  }
}

let question = 0

/** Gives the request the next number. Each connection has a copy of its own and one request under way, so the bytes may change. */
function next({ bytes, marksAt }) {
  if (marksAt.length === 0) return bytes
  const number = String(++question).padStart(mark.length, '0')
  for (const at of marksAt) bytes.latin1Write(number, at)
  return bytes
}

function open(port, request, onAnswer) {
  return new Promise((resolve, reject) => {
    const own = { bytes: Buffer.from(request.bytes), marksAt: request.marksAt }
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(connection))
    const connection = { ask: () => socket.write(next(own)), close: () => socket.destroy(), startedAt: 0 }
    const read = createReader((length, head) => onAnswer(connection, length, head))
    socket.on('data', (bytes) => {
      try {
        read(bytes)
      } catch (error) {
        fail(error)
      }
    })
    socket.on('error', reject)
    socket.on('close', () => connection.isOver !== true && fail(new Error('the server closed a connection')))
    const fail = (error) => {
      reject(error)
      connection.onFailure?.(error)
    }
  })
}

/** One request; gives the length of its answer and its header fields. */
export async function once(port, request) {
  const answered = Promise.withResolvers === undefined ? deferred() : Promise.withResolvers()
  const connection = await open(port, request, (_connection, length, head) => answered.resolve({ length, head }))
  connection.onFailure = answered.reject
  connection.ask()
  const answer = await answered.promise
  connection.isOver = true
  connection.close()
  return answer
}

function deferred() {
  const parts = {}
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }))
  return parts
}

function checkLength(length, expected) {
  if (length !== expected) throw new Error(`an answer has ${length} bytes, expected ${expected}`)
}

/** Asks `count` times, one after another over one connection. */
export async function inTurn(port, request, { count, length: expected }) {
  const finished = deferred()
  let left = count
  const connection = await open(port, request, (own, length) => {
    checkLength(length, expected)
    if (--left > 0) own.ask()
    else finished.resolve()
  })
  connection.onFailure = finished.reject
  connection.ask()
  await finished.promise
  connection.isOver = true
  connection.close()
}

/** Closed loop: as many requests a second as `connections` can get. Waits for the last answers, and counts them and their time. */
export async function throughput(port, request, { connections = 32, seconds = 1.5, length: expected }) {
  let answers = 0
  let underWay = 0
  let isOver = false
  const finished = deferred()
  const onAnswer = (connection, length) => {
    checkLength(length, expected)
    answers++
    if (!isOver) return connection.ask()
    if (--underWay === 0) finished.resolve()
  }
  const all = await Promise.all(Array.from({ length: connections }, () => open(port, request, onAnswer)))
  const startedAt = performance.now()
  for (const connection of all) {
    connection.onFailure = finished.reject
    underWay++
    connection.ask()
  }
  await Promise.race([new Promise((resolve) => setTimeout(resolve, seconds * 1000)), finished.promise])
  isOver = true
  await finished.promise
  const perSecond = (answers / (performance.now() - startedAt)) * 1000
  for (const connection of all) {
    connection.isOver = true
    connection.close()
  }
  return { perSecond, answers }
}

/** Open loop: a request every `1000 / rate` milliseconds, whether or not the last has been answered; gives the sorted latencies in milliseconds. */
export async function latencies(port, request, { rate = 100, seconds = 3, length: expected }) {
  const found = []
  const idle = []
  const all = []
  let failure
  const onAnswer = (connection, length) => {
    found.push(performance.now() - connection.startedAt)
    checkLength(length, expected)
    idle.push(connection)
  }
  const startedAt = performance.now()
  for (let sent = 0; sent < rate * seconds; sent++) {
    let connection = idle.pop()
    if (connection === undefined) {
      connection = await open(port, request, onAnswer)
      connection.onFailure = (error) => {
        failure = error
      }
      all.push(connection)
    }
    connection.startedAt = performance.now()
    connection.ask()
    const due = startedAt + ((sent + 1) * 1000) / rate
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    if (failure !== undefined) throw failure
  }
  for (let tries = 0; idle.length < all.length && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 10))
  for (const connection of all) {
    connection.isOver = true
    connection.close()
  }
  return found.sort((left, right) => left - right)
}

/** Opens `count` requests that stay under way; gives a function that ends them. */
export async function hold(port, request, count) {
  const all = await Promise.all(Array.from({ length: count }, () => open(port, request, () => {})))
  for (const connection of all) connection.ask()
  return () => {
    for (const connection of all) {
      connection.isOver = true
      connection.close()
    }
  }
}
