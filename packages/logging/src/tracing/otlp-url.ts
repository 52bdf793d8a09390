import { isForbiddenHost } from '../forbidden-host.ts'
import { InvalidEndpointError } from './invalid-endpoint-error.ts'

/** Where spans may be sent, as the configuration says it. */
export interface TracingEndpoints {
  /** An OTLP collector that speaks HTTP, with or without `/v1/traces`. Wins over Jaeger. */
  readonly otlpEndpoint?: string | undefined
  /** A Jaeger: its OTLP URL, or the URL of its old collector (`http://jaeger:14268/api/traces`). */
  readonly jaegerEndpoint?: string | undefined
}

/** Where spans are sent, and what the operator should be told about it. */
export interface OtlpTarget {
  readonly url: string
  readonly note?: string | undefined
}

const tracesPath = '/v1/traces'
const otlpHttpPort = '4318'
const otlpGrpcPort = '4317'
const jaegerCollectorPort = '14268'

function parseUrl(param: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvalidEndpointError(param, 'not a URL; allowed is http:// or https://, such as http://localhost:4318')
  }
  if (isForbiddenHost(url.hostname)) throw new InvalidEndpointError(param, 'a link-local or metadata address, which is never called')
  if (url.port === otlpGrpcPort) {
    throw new InvalidEndpointError(param, `port ${otlpGrpcPort} speaks gRPC; OTLP over HTTP is spoken on port ${otlpHttpPort}`)
  }
  return url
}

function withTracesPath(url: URL): string {
  let path = url.pathname
  while (path.endsWith('/')) path = path.slice(0, -1)
  url.pathname = path.endsWith(tracesPath) ? path : path + tracesPath
  return url.href
}

/** Jaeger has spoken OTLP since 1.35, and version 2 speaks nothing older on port 14268; its old collector's URL means the same machine. */
function fromJaeger(url: URL): OtlpTarget {
  const isOld = url.port === jaegerCollectorPort || /^\/api\/traces\/?$/.test(url.pathname)
  if (!isOld) return { url: withTracesPath(url) }
  const old = `${url.host}${url.pathname}`
  url.port = otlpHttpPort
  url.pathname = tracesPath
  return { url: url.href, note: `spans go to Jaeger by OTLP: ${url.host}${tracesPath} instead of ${old}` }
}

/**
 * The URL that spans are posted to; `undefined` leaves it to the environment (`OTEL_EXPORTER_OTLP_ENDPOINT`). Pure.
 * @throws InvalidEndpointError (`invalid_config`) for what is no URL, and for the gRPC port
 */
export function toOtlpTarget({ otlpEndpoint = '', jaegerEndpoint = '' }: TracingEndpoints): OtlpTarget | undefined {
  if (otlpEndpoint !== '') return { url: withTracesPath(parseUrl('otlp.endpoint', otlpEndpoint)) }
  return jaegerEndpoint === '' ? undefined : fromJaeger(parseUrl('jaeger.endpoint', jaegerEndpoint))
}
