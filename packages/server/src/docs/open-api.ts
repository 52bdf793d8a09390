import { toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { endpointOf, leastAccess, type Route } from '../route-table/route.ts'

type Json = Readonly<Record<string, unknown>>

const jsonType = 'application/json'

/** Both OpenAI's and Anthropic's errors have this shape. */
const errorSchema: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        param: { type: ['string', 'null'] },
        code: { type: ['string', 'null'] },
      },
    },
  },
}

const securitySchemes: Json = {
  bearer: { type: 'http', scheme: 'bearer' },
  xApiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
  apiKey: { type: 'apiKey', in: 'header', name: 'api-key' },
}

/** What a schema takes, as JSON Schema 2020-12, which OpenAPI 3.1 speaks. What has no equivalent there is left open. */
function toSchema(schema: v.GenericSchema): Json {
  const { $schema: _, ...body } = toJsonSchema(schema, { target: 'draft-2020-12', typeMode: 'input', errorMode: 'ignore' })
  return body
}

/** `GET /api/chaos/{id}` is `getApiChaosId`. */
function operationIdOf({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** The plane's name is not one to sort by: `/api/cache` belongs to `cache`. */
function tagOf(path: string): string {
  const [first = '', second] = path.split('/').filter((part) => part !== '')
  return (first === 'api' || first === 'debug') && second !== undefined ? second : first
}

function pathParameters(path: string): readonly Json[] {
  return [...endpointOf(path).matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters({ query }: Route): readonly Json[] {
  if (query === undefined) return []
  const { properties = {}, required = [] } = toSchema(query) as { properties?: Json; required?: readonly string[] } // an object's schema has these
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }))
}

function contentOf({ answer, produces = [] }: Route): Json {
  const json = answer === undefined ? [] : [[jsonType, { schema: toSchema(answer) }] as const]
  return Object.fromEntries([...json, ...produces.map((type) => [type, { schema: { type: 'string' } }] as const)])
}

function toOperation(route: Route): Json {
  const { path, summary, body } = route
  const parameters = [...pathParameters(path), ...queryParameters(route)]
  const access = leastAccess(route)
  const requestBody = body && { required: body.isOptional !== true, content: { [jsonType]: { schema: toSchema(body.schema) } } }
  return {
    operationId: operationIdOf(route),
    summary,
    tags: [tagOf(path)],
    'x-access': access,
    ...(access === 'public' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody !== undefined && { requestBody }),
    responses: {
      200: { description: summary, content: contentOf(route) },
      default: { description: 'An error.', content: { [jsonType]: { schema: { $ref: '#/components/schemas/Error' } } } },
    },
  }
}

/** The table of routes as an OpenAPI 3.1 document. */
export function toOpenApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    const path = endpointOf(route.path)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: toOperation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'ProxyAPI',
      version,
      description: 'One API over many providers of language models.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '.' }],
    security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    paths,
    components: { securitySchemes, schemas: { Error: errorSchema } },
  }
}
