import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { isProviderError, isProxyApiError, type Provider, systemDeps, type TransportError } from '@proxyapi/core'

/** One thing that was tried. */
export interface Finding {
  readonly check: 'dns' | 'tls' | 'key' | 'models'
  readonly ok: boolean
  readonly ms: number
  /** What was found, or why it failed; no secrets. */
  readonly detail: string
}

export interface Examination {
  readonly provider: string
  readonly type: string
  readonly host: string | undefined
  readonly findings: readonly Finding[]
}

export interface ExamineOptions {
  readonly provider: Provider
  /** Of the provider's address; `undefined` where it is not known beforehand. */
  readonly url: URL | undefined
  readonly timeoutMs: number
  readonly now: () => number
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return code ?? (error instanceof Error ? error.message : String(error))
}

/** Runs one check within its time; a failure is a finding. */
async function timed(check: Finding['check'], { timeoutMs, now }: ExamineOptions, run: () => Promise<string>): Promise<Finding> {
  const startedAtMs = now()
  let cancelTimer = (): void => undefined
  const late = new Promise<never>((_resolve, reject) => {
    cancelTimer = systemDeps.setTimer(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    const detail = await Promise.race([run(), late])
    return { check, ok: true, ms: Math.round(now() - startedAtMs), detail }
  } catch (error) {
    return { check, ok: false, ms: Math.round(now() - startedAtMs), detail: codeOf(error) }
  } finally {
    cancelTimer()
  }
}

function resolveHost({ hostname }: URL): Promise<string> {
  return lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).then((found) => found.map(({ address }) => address).join(', '))
}

function shakeHands({ hostname, port }: URL, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = connect(
      { host, port: port === '' ? 443 : Number(port), servername: isIP(host) === 0 ? host : '', timeout: timeoutMs },
      () => {
        const { valid_to: until } = socket.getPeerCertificate()
        const protocol = socket.getProtocol() ?? 'TLS'
        socket.destroy()
        resolve(`${protocol}, certificate until ${until}`)
      },
    )
    socket.on('timeout', () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)))
    socket.on('error', reject)
  })
}

/** A question that costs nothing: it tells whether the key is taken, and how many models there are. */
async function askModels(options: ExamineOptions): Promise<readonly Finding[]> {
  const { provider, timeoutMs } = options
  const signal = AbortSignal.timeout(timeoutMs)
  const models = await timed('models', options, async () => `${(await provider.listModels(signal).catch(refused)).length} models`)
  if (models.ok) return [{ ...models, check: 'key', detail: 'is taken' }, models]
  const isKey = models.detail.startsWith('the key is refused')
  return [{ ...models, check: isKey ? 'key' : 'models' }]
}

function refused(error: unknown): never {
  if (isProviderError(error) && (error.upstreamStatus === 401 || error.upstreamStatus === 403))
    throw new Error(`the key is refused (${error.upstreamStatus ?? 'no status'})`)
  const { causeCode } = error as Partial<TransportError & { readonly causeCode?: string }> // read where it is there
  throw new Error(isProxyApiError(error) ? `${error.message}${causeCode === undefined ? '' : ` (${causeCode})`}` : codeOf(error))
}

/** Reaches a provider step by step: name, TLS, key, models. Each step ends within the time limit; after one that failed none is tried. */
export async function examineProvider(options: ExamineOptions): Promise<Examination> {
  const { provider, url, timeoutMs } = options
  const about = { provider: provider.name, type: provider.type, host: url?.host }
  const findings: Finding[] = []
  const failed = (): boolean => findings.some(({ ok }) => !ok)
  if (url !== undefined) findings.push(await timed('dns', options, () => resolveHost(url)))
  if (url?.protocol === 'https:' && !failed()) findings.push(await timed('tls', options, () => shakeHands(url, timeoutMs)))
  if (!failed()) findings.push(...(await askModels(options)))
  return { ...about, findings }
}
