import { type RecordedRequest, type RecordingHead, recordingVersion } from '@proxyapi/server'

/** A recording as its file has it. */
export interface RecordingFile {
  readonly head: RecordingHead
  /** In the order in which they began. */
  readonly requests: readonly RecordedRequest[]
}

/** The file is no recording, or a part of it can't be read. The message names the line. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError'
}

function parse(line: string, number: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>> // an object of JSON
  } catch {
    // Told below, as what is JSON and no object.
  }
  throw new RecordingError(`line ${number} is no JSON object (found ${JSON.stringify(line.slice(0, 40))})`)
}

function checkHead(head: Readonly<Record<string, unknown>>): RecordingHead {
  const { object, version } = head
  if (object !== 'recording') throw new RecordingError(`line 1 must be {"object": "recording", …} (found object ${JSON.stringify(object)})`)
  if (version !== recordingVersion) throw new RecordingError(`line 1 has version ${JSON.stringify(version)}; allowed: ${recordingVersion}`)
  return head as unknown as RecordingHead // of this version
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)

/** What a replay relies on. */
const fields: Readonly<Record<string, (value: unknown) => boolean>> = {
  id: isText,
  at_ms: isNumber,
  operation: isText,
  requested_model: isText,
  outcome: isText,
  latency_ms: isNumber,
  attempts: Array.isArray,
  tags: Array.isArray,
}

function checkRequest(request: Readonly<Record<string, unknown>>, number: number): RecordedRequest {
  const wrong = Object.entries(fields).find(([name, isRight]) => !isRight(request[name]))
  if (wrong === undefined) return request as unknown as RecordedRequest // its fields are checked
  throw new RecordingError(
    `line ${number}: ${wrong[0]} is not what a recorded request has (found ${JSON.stringify(request[wrong[0]])?.slice(0, 40) ?? 'nothing'})`,
  )
}

/** Reads what `proxyapi record` has written. @throws RecordingError */
export function readRecording(text: string): RecordingFile {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const [first, ...rest] = lines
  if (first === undefined) throw new RecordingError('it is empty')
  const head = checkHead(parse(first, 1))
  const requests = rest.flatMap((line, index) => {
    const parsed = parse(line, index + 2)
    return parsed['object'] === 'recorded_request' ? [checkRequest(parsed, index + 2)] : []
  })
  return { head, requests: requests.sort((a, b) => a.at_ms - b.at_ms) }
}
