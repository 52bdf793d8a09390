import type { AttemptRecord, CallRecord } from '../record/call-record.ts'
import type { CompletedRequest } from '../record/completed-request.ts'

const maxItems = 50
const maxTextCharacters = 200

const boundText = (text: string): string => (text.length > maxTextCharacters ? text.slice(0, maxTextCharacters) : text)

function boundTexts(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? texts : texts.slice(0, maxItems).map(boundText)
}

const isLong = ({ model }: AttemptRecord): boolean => model.length > maxTextCharacters

function boundAttempts(attempts: readonly AttemptRecord[]): readonly AttemptRecord[] {
  if (attempts.length <= maxItems && !attempts.some(isLong)) return attempts
  return attempts.slice(0, maxItems).map((attempt) => ({ ...attempt, model: boundText(attempt.model) }))
}

const isShort = (texts: readonly string[]): boolean => texts.length <= maxItems && !texts.some((text) => text.length > maxTextCharacters)

function isBound({ requestedModel, model, attempts, dropped, changed, tags }: CallRecord): boolean {
  if (requestedModel.length > maxTextCharacters || (model !== undefined && model.length > maxTextCharacters)) return false
  return (
    attempts.length <= maxItems &&
    !attempts.some(isLong) &&
    isShort(dropped) &&
    (changed === undefined || isShort(changed)) &&
    isShort(tags)
  )
}

function boundCall(call: CallRecord): CallRecord {
  const { model } = call
  return {
    ...call,
    requestedModel: boundText(call.requestedModel),
    model: model === undefined ? undefined : boundText(model),
    attempts: boundAttempts(call.attempts),
    dropped: boundTexts(call.dropped),
    changed: call.changed && boundTexts(call.changed),
    tags: boundTexts(call.tags),
  }
}

/** What is stored of a request: nothing without end. One that is short is returned as it is, as most are. */
export function boundRequest(request: CompletedRequest): CompletedRequest {
  const { call, path } = request
  const isShortCall = call === undefined || isBound(call)
  if (isShortCall && path.length <= maxTextCharacters) return request
  return { ...request, path: boundText(path), call: isShortCall ? call : boundCall(call) }
}
