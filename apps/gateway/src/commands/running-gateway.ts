import { systemDeps } from '@proxyapi/core'
import type { CliContext } from '../process.ts'
import { UsageError } from './arguments.ts'

/** Asks a gateway's admin routes. @throws RefusedError */
export type AskAdmin = (method: string, path: string, body?: unknown) => Promise<unknown>

/** A gateway refused, in its own words, or can't be reached. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** The key that a command asks with: its flag, or the environment's. */
export function adminKey(flag: string | undefined, { env }: Pick<CliContext, 'env'>): string | undefined {
  return flag ?? (env['PROXYAPI_KEY'] || undefined)
}

/** The JSON of an answer. @throws RefusedError in the gateway's words */
export async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text()
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as { readonly error?: { readonly message?: string } } // an answer of ours, or of whoever is at that address
  if (response.ok) return body
  throw new RefusedError(body.error?.message ?? `the answer was ${response.status}`)
}

export function toInit(method: string, body: unknown, key: string | undefined): RequestInit {
  const headers = { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) }
  return { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
}

/** The address of a gateway. @throws UsageError */
export function toGatewayUrl(url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url
  throw new UsageError(`--url is "${url.slice(0, 80)}"; allowed: the address of a gateway, such as http://127.0.0.1:8000`)
}

/** Asks a gateway that runs somewhere. @throws UsageError for what is no address */
export function askRemote(url: string, key: string | undefined): AskAdmin {
  const base = toGatewayUrl(url)
  return async (method, path, body) => {
    try {
      return await readAnswer(await systemDeps.fetch(new URL(path, base), toInit(method, body, key)))
    } catch (error) {
      if (error instanceof RefusedError) throw error
      throw new RefusedError(`${url} can't be reached: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
