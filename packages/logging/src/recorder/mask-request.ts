import type { MaskText } from '../masking/remember-masked.ts'
import type { CallRecord } from '../record/call-record.ts'
import type { CompletedRequest } from '../record/completed-request.ts'

/** An id that we drew ourselves: clients' own may be anything that is allowed in a header. */
const ownId = /^[0-9a-f]{32}$/

function isClean(texts: readonly string[], mask: MaskText): boolean {
  for (const text of texts) if (mask(text) !== text) return false
  return true
}

function maskId(id: string, mask: MaskText): string {
  return ownId.test(id) ? id : mask(id)
}

function isCleanCall(call: CallRecord, mask: MaskText): boolean {
  const { id, requestedModel, model, attempts, changed } = call
  for (const attempt of attempts) if (mask(attempt.model) !== attempt.model) return false
  const isCleanModel = mask(requestedModel) === requestedModel && (model === undefined || mask(model) === model)
  const isCleanChange = changed === undefined || isClean(changed, mask)
  return isCleanModel && isCleanChange && maskId(id, mask) === id && isClean(call.dropped, mask) && isClean(call.tags, mask)
}

function maskCall(call: CallRecord, mask: MaskText): CallRecord {
  if (isCleanCall(call, mask)) return call
  const { model } = call
  return {
    ...call,
    id: maskId(call.id, mask),
    requestedModel: mask(call.requestedModel),
    model: model === undefined ? undefined : mask(model),
    attempts: call.attempts.map((attempt) => ({ ...attempt, model: mask(attempt.model) })),
    dropped: call.dropped.map(mask),
    changed: call.changed?.map(mask),
    tags: call.tags.map(mask),
  }
}

/**
 * A request without secrets in what its client made up: its id, a path without a route, names of models, tags, parameters. Everything else on it is
 * ours. The end user's name stays: it becomes a pseudonym where it is stored. A request without secrets is returned as it is, as most are.
 */
export function maskRequest(request: CompletedRequest, mask: MaskText): CompletedRequest {
  const call = request.call === undefined ? undefined : maskCall(request.call, mask)
  const id = maskId(request.id, mask)
  const method = mask(request.method)
  const path = request.endpoint === 'other' ? mask(request.path) : request.path
  const isSame = call === request.call && id === request.id && method === request.method && path === request.path
  return isSame ? request : { ...request, id, method, path, call }
}
