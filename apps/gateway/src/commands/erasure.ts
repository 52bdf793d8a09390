import { erasurePublicKey, verifyErasureReceipt } from '@proxyapi/server'
import type { CliContext } from '../process.ts'
import { readArguments, UsageError } from './arguments.ts'

export const erasureHelp = `proxyapi erasure verify FILE [--secret-file FILE | --public-key KEY]

Verifies the receipt of an erasure (the answer to DELETE /api/privacy/users/{id}), offline. With the secret of the gateway (the file "secret" in its
data folder, or PROXYAPI_SECRET) or its public key it is verified too that this gateway has signed it; "-" reads the receipt from standard input.

  --secret-file FILE   where the secret is
  --public-key KEY     the public key, in base64url
`

const flags = { 'secret-file': { type: 'string' }, 'public-key': { type: 'string' }, help: { type: 'boolean' } } as const

function parseReceipt(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function erasure(args: readonly string[], context: CliContext): Promise<number> {
  const { values, positionals } = readArguments(args, flags)
  if (values.help === true) {
    context.out(erasureHelp)
    return 0
  }
  const [action, file, ...more] = positionals
  if (action !== 'verify' || file === undefined || more.length > 0) throw new UsageError('expected "erasure verify FILE"')
  const path = values['secret-file']
  const secret = path === undefined ? context.env['PROXYAPI_SECRET'] || undefined : context.readFile(path).trim()
  const expected = values['public-key'] ?? (secret === undefined ? undefined : erasurePublicKey(secret))
  const { ok, problem } = verifyErasureReceipt(parseReceipt(context.readFile(file)), expected)
  const signer = expected === undefined ? 'unknown' : 'expected'
  context.out(`${JSON.stringify({ ok, ...(ok && { signer }), ...(problem !== undefined && { problem }) })}\n`)
  return ok ? 0 : 1
}
