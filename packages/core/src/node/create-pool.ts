import { Client, type Dispatcher, Pool } from 'undici'

/**
 * Makes the pools of one dispatcher, each keeping at most `maxKeepAlive` idle connections to its origin. undici has no such bound, but a pool gives a
 * request to its first free client: so the first clients keep their connection, and those that only a crowd reaches close theirs after each answer.
 */
export function createPoolFactory(maxKeepAlive: number): (origin: string | URL, options: object) => Dispatcher {
  return (origin, options) => {
    const keeping = new Set<Client>()
    const createClient = (target: URL, clientOptions: object): Client => {
      const keeps = keeping.size < maxKeepAlive
      // Without pipelining a client asks for its connection to be closed (undici, `Client`, `pipelining: 0`).
      const client = new Client(target, keeps ? clientOptions : { ...clientOptions, pipelining: 0 })
      if (!keeps) return client
      keeping.add(client)
      // The pool drops a client that could not connect; another one keeps its connection instead.
      return client.on('connectionError', () => keeping.delete(client))
    }
    return new Pool(origin, { ...options, factory: createClient })
  }
}
