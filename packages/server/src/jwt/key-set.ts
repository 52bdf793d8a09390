import { type Deps, ProxyApiError } from '@proxyapi/core'
import type { createLocalJWKSet, JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import * as v from 'valibot'
import type { KeySetStore } from './key-set-store.ts'

/** No answer is waited for longer, and no larger one is read: a key has some hundred bytes. */
const timeoutMs = 5_000
const maxBytes = 256 * 1024
const maxKeys = 100
/** Between two looks for a key that is not there, and after a failure: whoever makes up key ids must not make us ask. */
const pauseMs = 10_000

const keySetSchema = v.object({ keys: v.pipe(v.array(v.looseObject({ kty: v.string() })), v.minLength(1), v.maxLength(maxKeys)) })

export interface KeySetOptions {
  readonly url: string
  readonly cacheMs: number
  readonly offlineMs: number
  /** Keeps the keys over restarts. Default: they last as long as the process. */
  readonly store?: KeySetStore | undefined
}

/** The keys that an issuer signs with: read when first needed, anew when they are old or one is missing, and kept while the issuer is away. */
export interface KeySet {
  /** Rises when the keys have changed: what was verified before may have been by a key that is gone. */
  readonly generation: () => number
  /** Reads the keys anew in the background when they are old. */
  readonly keepFresh: () => void
  /** Gives the key of a token's header. @throws the library's error when there is none, ProxyApiError `storage_unavailable` without any keys */
  readonly getKey: JWTVerifyGetKey
  /** The issuer can't be reached, and its keys are those of before. */
  readonly isOffline: () => boolean
}

async function readBounded(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done || value === undefined) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader?.cancel()
      throw new Error(`The key set has more than ${maxBytes} bytes.`)
    }
    text += decoder.decode(value, { stream: true })
  }
}

async function download(url: string, { fetch, setTimer }: Pick<Deps, 'fetch' | 'setTimer'>): Promise<string> {
  const controller = new AbortController()
  const stop = setTimer(() => controller.abort(), timeoutMs)
  try {
    const response = await fetch(url, { signal: controller.signal, redirect: 'error', headers: { accept: 'application/json' } })
    if (!response.ok) throw new Error(`The key set was answered with status ${response.status}.`)
    return await readBounded(response)
  } finally {
    stop()
  }
}

interface Held {
  readonly text: string
  readonly find: ReturnType<typeof createLocalJWKSet>
  /** By the monotonic clock. */
  readonly readAtMs: number
}

function unavailable(cause: unknown): ProxyApiError {
  const message = "The keys of the identity provider can't be read at the moment, so that its tokens can't be verified."
  return new ProxyApiError({ code: 'storage_unavailable', message, retryable: true, cause })
}

/** What was kept of this address's keys, unless it is too old or from a time to come. */
function keptOf({ url, store, maxAgeMs }: Pick<KeySetOptions, 'url' | 'store'> & { readonly maxAgeMs: number }, nowMs: number) {
  const kept = store?.load()
  if (kept === undefined || kept.url !== url) return undefined
  const ageMs = nowMs - kept.readAtMs
  return ageMs >= 0 && ageMs <= maxAgeMs ? { text: kept.text, ageMs } : undefined
}

type KeySetDeps = Pick<Deps, 'fetch' | 'setTimer' | 'now' | 'monotonicNow'>

export function createKeySet({ url, cacheMs, offlineMs, store }: KeySetOptions, deps: KeySetDeps): KeySet {
  let held: Held | undefined
  let generation = 0
  let triedAtMs = Number.NEGATIVE_INFINITY
  let failure: unknown
  let reading: Promise<void> | undefined

  const take = async (text: string, ageMs: number): Promise<void> => {
    const { createLocalJWKSet } = await import('jose')
    const set = v.parse(keySetSchema, JSON.parse(text)) as JSONWebKeySet // the library looks at each key itself
    if (text !== held?.text) generation++
    held = { text, find: createLocalJWKSet(set), readAtMs: deps.monotonicNow() - ageMs }
  }
  const read = async (): Promise<void> => {
    triedAtMs = deps.monotonicNow()
    try {
      const text = await download(url, deps)
      await take(text, 0)
      failure = undefined
      store?.save({ url, text, readAtMs: deps.now() })
    } catch (error) {
      failure = error
      // Away before anything was read: what an earlier process has read serves on. A file that is damaged is as good as none.
      const kept = held === undefined ? keptOf({ url, store, maxAgeMs: cacheMs + offlineMs }, deps.now()) : undefined
      if (kept !== undefined) await take(kept.text, kept.ageMs).catch(() => undefined)
    } finally {
      reading = undefined
    }
  }
  /** One reading for all who want it, and none right after another. */
  const refresh = (): Promise<void> | undefined => {
    if (reading === undefined && deps.monotonicNow() - triedAtMs >= pauseMs) reading = read()
    return reading
  }
  const isTooOld = (): boolean => held === undefined || (failure !== undefined && deps.monotonicNow() - held.readAtMs > cacheMs + offlineMs)
  const usable = (): Held => {
    if (held === undefined || isTooOld()) throw unavailable(failure)
    return held
  }

  const keepFresh = (): void => {
    // Keys that are old serve once more: nobody waits for the new ones.
    if (held !== undefined && deps.monotonicNow() - held.readAtMs > cacheMs) void refresh()
  }

  return {
    keepFresh,
    generation: () => generation,
    isOffline: () => failure !== undefined,
    getKey: async (header, token) => {
      if (isTooOld()) await refresh()
      else keepFresh()
      const { errors } = await import('jose')
      const { find } = usable()
      try {
        return await find(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        await refresh()
        return await usable().find(header, token)
      }
    },
  }
}
