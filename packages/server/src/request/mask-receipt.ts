import type { Attempt, Receipt } from '@proxyapi/core'
import type { Mask } from '../errors/client-error.ts'

function maskAttempt(attempt: Attempt, mask: Mask): Attempt {
  const model = mask(attempt.model)
  return model === attempt.model ? attempt : { ...attempt, model }
}

/**
 * A receipt without secrets in what its caller made up: a model's name, tags, parameters. Everything else on it is ours. It is kept, listed
 * and grouped by, so it is masked before any listener gets it.
 */
export function maskReceipt(receipt: Receipt, mask: Mask): Receipt {
  return {
    ...receipt,
    requestedModel: mask(receipt.requestedModel),
    model: receipt.model === undefined ? undefined : mask(receipt.model),
    attempts: receipt.attempts.map((attempt) => maskAttempt(attempt, mask)),
    dropped: receipt.dropped.map(mask),
    tags: receipt.tags.map(mask),
  }
}
