import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'

let gateway: Gateway
beforeAll(() => {
  gateway = createGateway({ auth: { api_keys: ['client-key-0123'] }, chaos_engineering: { enabled: true } })
})
const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> => gateway.fetch(`http://gateway${path}`, { headers })

interface Operation {
  readonly 'x-access': string
  readonly operationId: string
  readonly summary: string
  readonly security?: readonly unknown[]
  readonly requestBody?: unknown
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: unknown }>> }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

async function document(): Promise<Document> {
  return (await (await ask('/openapi.json')).json()) as Document
}

describe('GET /openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const result = await new Validator().validate((await document()) as never)
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  it('has every route of the table, each under a name of its own', async () => {
    const { paths } = await document()
    const operations = Object.values(paths).flatMap((path) => Object.values(path))
    expect(operations).toHaveLength(gateway.routes.length)
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  })

  it('describes an answer or another type for each route that can answer', async () => {
    for (const [path, operations] of Object.entries((await document()).paths))
      for (const [method, { responses }] of Object.entries(operations).filter(([, { summary }]) => !summary.startsWith('Answers 404')))
        expect([method, path, Object.keys(responses['200']?.content ?? {})]).toEqual([
          method,
          path,
          expect.arrayContaining([expect.any(String)]),
        ])
  })

  it('tells who may use a route, its parameters and its body', async () => {
    const { paths } = await document()
    expect(paths['/health']?.['get']).toMatchObject({ 'x-access': 'public', security: [] })
    expect(paths['/api/cache']?.['delete']).toMatchObject({ 'x-access': 'cache:write' })
    expect(paths['/api/chaos/{id}/stop']?.['post']?.parameters).toMatchObject([{ name: 'id', in: 'path' }])
    expect(paths['/api/models']?.['get']?.parameters?.map(({ name }) => name)).toContain('min_context')
    expect(paths['/v1/chat/completions']?.['post']).toMatchObject({
      requestBody: { content: { 'application/json': { schema: { required: ['model', 'messages'] } } } },
      responses: { 200: { content: { 'text/event-stream': {} } } },
    })
  })
})

describe('GET /docs', () => {
  it.each([
    ['/docs', 'text/html; charset=utf-8', 'docs/swagger-ui-bundle.js'],
    ['/docs/init.js', 'text/javascript; charset=utf-8', 'queryConfigEnabled: false'],
    ['/docs/swagger-ui.css', 'text/css; charset=utf-8', '.swagger-ui'],
    ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8', 'SwaggerUIBundle'],
  ])('%s comes without a key, from here, under strict headers', async (path, type, words) => {
    const response = await ask(path)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await response.text()).toContain(words)
  })

  it('is compressed for who can read that', async () => {
    const response = await ask('/docs/swagger-ui-bundle.js', { 'accept-encoding': 'gzip, br' })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(600_000)
  })

  it('names no other origin', async () => {
    expect(await (await ask('/docs')).text()).not.toMatch(/https?:\/\//)
  })
})
