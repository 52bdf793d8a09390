import type { Transport, TransportRequest } from '@proxyapi/core'

/** What a scripted provider answers: an object as JSON, a list of event data as a stream, or bytes as they are. */
export type ScriptedAnswer = object | readonly (object | string)[] | Uint8Array<ArrayBuffer>

/** One request as a provider got it. */
export interface SentRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

function textOf(body: TransportRequest['body']): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body)
}

function eventOf(data: object | string): string {
  if (typeof data === 'string') return `data: ${data}\n\n`
  const type = 'type' in data && typeof data.type === 'string' ? `event: ${data.type}\n` : ''
  return `${type}data: ${JSON.stringify(data)}\n\n`
}

function bytesOf(answer: ScriptedAnswer): { readonly bytes: Uint8Array; readonly contentType: string } {
  if (answer instanceof Uint8Array) return { bytes: answer, contentType: 'application/json' }
  if (!Array.isArray(answer)) return { bytes: new TextEncoder().encode(JSON.stringify(answer)), contentType: 'application/json' }
  const events: readonly (object | string)[] = answer
  return { bytes: new TextEncoder().encode(events.map(eventOf).join('')), contentType: 'text/event-stream' }
}

/** A provider that keeps what it was sent and answers by script. */
export function createRecordingTransport(
  answer: (request: SentRequest) => ScriptedAnswer,
): Transport & { readonly sent: readonly SentRequest[] } {
  const sent: SentRequest[] = []
  return {
    sent,
    send: ({ path, headers, body: given }) => {
      const text = textOf(given)
      const request = { path, headers, text, body: JSON.parse(text) as SentRequest['body'] }
      sent.push(request)
      const { bytes, contentType } = bytesOf(answer(request))
      const pieces = [bytes]
      const body = { read: () => Promise.resolve(pieces.shift()), release: () => undefined }
      return { answer: Promise.resolve({ status: 200, headers: { 'content-type': contentType }, body }), abort: () => undefined }
    },
    close: () => Promise.resolve(),
  }
}
