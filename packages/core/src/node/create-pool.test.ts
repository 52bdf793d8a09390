import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buildConnector, type Dispatcher } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { readBody } from '../transport/read-body.ts'
import { createPoolFactory } from './create-pool.ts'
import { createNodeTransport } from './node-transport.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** undici takes a connection for free a turn of the loop after its answer. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface CrowdedServer {
  readonly origin: string
  /** Connections that were ever made. */
  readonly made: () => number
  /** Resolves once so many connections are open. */
  readonly untilOpen: (count: number) => Promise<void>
}

/** Answers a crowd only when all of it is there, so that each request needs a connection of its own. */
async function crowdedServer(crowd: number): Promise<CrowdedServer> {
  const open = new Set<Socket>()
  const waiting: ServerResponse[] = []
  let made = 0
  const server = createServer((_request, response) => {
    waiting.push(response)
    if (waiting.length < crowd) return
    for (const one of waiting.splice(0)) one.end('ok')
  })
  server.on('connection', (socket: Socket) => {
    made++
    open.add(socket)
    socket.on('close', () => {
      open.delete(socket)
      server.emit('gone')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    made: () => made,
    untilOpen: async (count) => {
      while (open.size > count) await once(server, 'gone')
      expect(open.size).toBe(count)
    },
  }
}

describe('of a crowd’s connections', () => {
  it.each<[string, number | undefined, number]>([
    ['all where nobody bounds them', undefined, 5],
    ['none', 0, 0],
    ['one', 1, 1],
    ['some', 3, 3],
    ['all where more might be', 9, 5],
  ])('keeps %s', async (_name, maxKeepAliveConnections, kept) => {
    const crowd = 5
    const { origin, made, untilOpen } = await crowdedServer(crowd)
    const transport = createNodeTransport({ maxKeepAliveConnections })
    closers.push(transport.close)
    const get = async (): Promise<string> => {
      const exchange = transport.send({ method: 'GET', origin, path: '/', headers: {}, connectTimeoutMs: 1_000 })
      return new TextDecoder().decode(await readBody((await exchange.answer).body, 1_000))
    }
    for (let round = 1; round <= 3; round++) {
      await Promise.all(Array.from({ length: crowd }, get))
      await untilOpen(kept)
      await nextTurn()
      expect(made()).toBe(crowd + (round - 1) * (crowd - kept))
    }
  })
})

it('keeps another connection in the place of one that could not be made', async () => {
  const { origin, made, untilOpen } = await crowdedServer(1)
  const connect = buildConnector({})
  let isDown = true
  const connector: buildConnector.connector = (options, callback) => {
    if (isDown) callback(new Error('no way'), null)
    else connect(options, callback)
  }
  const pool = createPoolFactory(1)(origin, { connect: connector })
  closers.push(() => pool.destroy())
  const get = async (): Promise<string> => {
    const { body }: Dispatcher.ResponseData = await pool.request({ path: '/', method: 'GET' })
    return body.text()
  }
  await expect(get()).rejects.toThrow('no way')
  isDown = false
  for (let round = 1; round <= 3; round++) {
    expect(await get()).toBe('ok')
    await nextTurn()
  }
  await untilOpen(1)
  expect(made()).toBe(1)
})
