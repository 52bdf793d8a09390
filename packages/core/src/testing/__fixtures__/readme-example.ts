import { chat, onlyFor } from '@proxyapi/core'
import { simulate } from '@proxyapi/core/testing'

/** The policy under test: yours. */
const shortAnswers = onlyFor(chat, (next) => (request, call) => next({ ...request, maxTokens: 200 }, call))

export const report = await simulate({
  seed: 42,
  requests: 300,
  upstreams: {
    primary: {
      firstTokenMs: { type: 'lognormal', median: 300, sigma: 0.5 },
      faults: [
        { fault: { type: 'cut', afterTokens: 5, how: 'reset' }, share: 0.1 },
        { fault: { type: 'status', status: 503 }, fromMs: 5_000, untilMs: 8_000 },
      ],
    },
    backup: { dialect: 'anthropic-messages' },
  },
  workload: { arrivals: { type: 'poisson', perSecond: 30 }, leaving: { share: 0.1, afterMs: 400 } },
  engine: { filters: [shortAnswers], routing: { hedge: { enabled: true } } },
})
