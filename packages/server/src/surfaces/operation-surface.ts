import type { Handler, Operation, WholeAnswer } from '@proxyapi/core'
import type { DialectId } from '@proxyapi/core/dialects'
import type { JsonObject } from '@proxyapi/core/wire'
import type * as v from 'valibot'
import type { Route } from '../route-table/route.ts'

/** How clients ask for an operation whose answers are whole: a path, and its words both ways. */
export interface OperationSurface<Schema extends v.GenericSchema, Request, Response> {
  readonly operation: Operation<Request, WholeAnswer<Response>>
  readonly path: string
  /** One sentence for readers of the API. */
  readonly summary: string
  /** The gross shape of its body and its answer. */
  readonly schema: Schema
  readonly answer: v.GenericSchema
  /** The dialect whose bytes may go out untouched; `undefined` for none. */
  readonly dialect?: DialectId | undefined
  /** @throws InvalidRequestError naming the field */
  readonly fromBody: (body: v.InferOutput<Schema>) => Request
  readonly toBody: (response: Response, context: { readonly request: Request; readonly newId: () => string }) => JsonObject
  /** Writes errors as the clients expect them. Default: OpenAI's form. */
  readonly toErrorBody?: Route['toErrorBody']
  /** Answers in place of a provider, behind the same filters. Default: the engine's handler of the operation. */
  readonly handler?: Handler<Request, WholeAnswer<Response>> | undefined
}
