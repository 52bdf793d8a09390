import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: readonly {
    readonly key: string
    readonly value: { readonly stringValue?: string; readonly intValue?: number }
  }[]
}

interface OtlpBody {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[]
}

export interface Collector {
  readonly url: string
  readonly spans: () => readonly OtlpSpan[]
  readonly text: () => string
  readonly close: () => void
}

/** A loopback receiver of OTLP over HTTP; one that hangs takes everything and never answers. */
export async function startCollector(manner: 'accept' | 'hang' = 'accept'): Promise<Collector> {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    bodies.push(text)
    if (manner === 'accept') response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const spansOf = ({ resourceSpans }: OtlpBody): readonly OtlpSpan[] =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => bodies.flatMap((body) => spansOf(JSON.parse(body) as OtlpBody)),
    text: () => bodies.join('\n'),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export function attributeOf(span: OtlpSpan | undefined, key: string): string | number | undefined {
  const value = span?.attributes.find((attribute) => attribute.key === key)?.value
  return value?.stringValue ?? value?.intValue
}
