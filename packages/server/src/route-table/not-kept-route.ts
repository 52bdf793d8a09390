import type { Access } from '../auth/permissions.ts'
import { notKept } from '../http/store-answer.ts'
import { defineRoute, type Route } from './route.ts'

/** The row of a route whose store is not there: it answers with the reason. */
export function notKeptRoute({ path, what, access }: { readonly path: string; readonly what: string; readonly access: Access }): Route {
  return defineRoute({
    method: 'GET',
    path,
    access,
    summary: `Answers 404: this gateway keeps no ${what}.`,
    handle: () => {
      throw notKept(what)
    },
  })
}
