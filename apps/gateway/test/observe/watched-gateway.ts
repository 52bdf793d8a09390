import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, createMasker } from '@proxyapi/logging'
import type { Recorder } from '@proxyapi/logging/node'
import { assertConfig, createGateway, type Gateway, type GatewayDeps } from '@proxyapi/server'
import { secretsOf } from '../../src/config/secrets-of.ts'
import { logNotice } from '../../src/observation/log-records.ts'
import { openRecorder } from '../../src/records/open-recorder.ts'
import { processSecret } from '../../src/state/folder-secret.ts'

export interface Watched {
  readonly gateway: Gateway
  readonly recorder: Recorder
  readonly folder: string
  readonly log: () => string
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
  readonly chat: (body?: object, headers?: Record<string, string>) => Promise<Response>
  readonly settled: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A gateway as `proxyapi start` composes it, in this process and over a folder of its own. */
export function watchedGateway(input: object, world: GatewayDeps = {}, given?: string): Watched {
  const config = assertConfig(input)
  const folder = given ?? mkdtempSync(join(tmpdir(), 'proxyapi-observe-'))
  const secrets = secretsOf(config)
  const masker = createMasker({ secrets })
  const lines: string[] = []
  const logger = createLogger({ level: 'DEBUG', masker, write: (line) => lines.push(line) })
  const recorder = openRecorder({
    ...{ folder, secrets, secret: processSecret({ folder, given: undefined, onError: (message) => logger.error(message) }) },
    config: { logging: { ...config.logging, level: 'DEBUG' }, retention: config.retention, database: config.database },
    out: (text) => lines.push(text),
    onNotice: (notice) => logNotice(logger, notice),
  })
  const gateway = createGateway(input, {
    mask: masker.mask,
    onInternalError: (error, requestId) => logger.error('Internal error', { request_id: requestId, cause: String(error.cause) }),
    recorder,
    ...world,
  })
  gateway.start()
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    // Receipts of earlier requests are handed out after their answers, in a task of their own.
    await new Promise((resolve) => setImmediate(resolve))
    return gateway.fetch(`http://gateway${path}`, init)
  }
  return {
    ...{ gateway, recorder, folder, ask },
    log: () => lines.join(''),
    chat: (body = {}, headers = {}) =>
      ask('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }], ...body }),
      }),
    settled: async () => {
      // Receipts are handed out after the answers, in a task of their own.
      await new Promise((resolve) => setImmediate(resolve))
      await recorder.flush()
      await recorder.auditRecords({ limit: 1 })
    },
    close: async () => {
      await gateway.close()
      if (given === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
