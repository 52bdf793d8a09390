import { bench, describe } from 'vitest'
import { createMasker } from '../masking/masker.ts'
import { createLogger } from './logger.ts'

const secrets = Array.from({ length: 100 }, (_, index) => `client-key-${index.toString(36).padStart(4, '0')}-0123456789abcdef`)
const logger = createLogger({ masker: createMasker({ secrets }), write: () => undefined })
const data = {
  ...{ request_id: 'req_7f3a1c', key: 'ops', method: 'POST', endpoint: '/v1/chat/completions', status: 200, provider: 'openai' },
  ...{ model: 'gpt-4o', attempts: 1, stream: false, outcome: 'complete', tokens: 150, latency_ms: 245 },
}

describe('a log line', () => {
  bench('of a request', () => logger.info('Request processed', data))
  bench('with a secret', () => logger.info('Request processed', { ...data, note: 'sk-abcdefghijklmnopqrstuvwxyz0123456789' }))
  bench('below the level', () => logger.debug('Request processed', data))
})
