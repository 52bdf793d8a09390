import * as v from 'valibot'
import type { Exchange, Sent } from '../http/exchange.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { docsAsset } from './docs-assets.ts'
import { toOpenApi } from './open-api.ts'

/** The page runs its own files and asks its own gateway; nothing is loaded from anywhere else. Trusted Types stay off: Swagger UI writes HTML. */
const strictHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>ProxyAPI</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/init.js"></script>
</body>
</html>
`

/** `queryConfigEnabled` would let a link point the page at a foreign document; `validatorUrl` would send ours to a foreign service. */
const init = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  queryConfigEnabled: false,
  validatorUrl: null,
})
`

function fileRoute(
  path: string,
  summary: string,
  file: { readonly type: string; readonly send: (exchange: Exchange) => Promise<Sent> | Sent },
): Route {
  return defineRoute({ method: 'GET', path, access: 'public', summary, produces: [file.type], handle: file.send })
}

function textRoute(path: string, summary: string, file: { readonly type: string; readonly text: string }): Route {
  const headers = { ...strictHeaders, 'content-type': `${file.type}; charset=utf-8`, 'cache-control': 'no-cache' }
  return fileRoute(path, summary, { type: file.type, send: (exchange) => exchange.send(200, headers, file.text) })
}

function assetRoute(name: string, type: string): Route {
  return fileRoute(`/docs/${name}`, 'A file of the documentation page.', {
    type,
    send: async (exchange) => {
      const { body, encoding } = await docsAsset(name, exchange.header('accept-encoding'))
      const headers = {
        ...strictHeaders,
        'content-type': `${type}; charset=utf-8`,
        'cache-control': 'public, max-age=3600',
        vary: 'accept-encoding',
      }
      return exchange.send(200, encoding === undefined ? headers : { ...headers, 'content-encoding': encoding }, body)
    },
  })
}

/** The OpenAPI document of a table of routes, and a page that shows it. `routes` is read when somebody asks for the document first. */
export function docsRoutes(routes: readonly Route[], version: string): readonly Route[] {
  let document: Record<string, unknown> | undefined
  return [
    defineRoute({
      method: 'GET',
      path: '/openapi.json',
      access: 'public',
      summary: 'This document: every route of the gateway.',
      answer: v.looseObject({ openapi: v.string(), paths: v.looseObject({}) }),
      handle: () => {
        document ??= { ...toOpenApi(routes, version) }
        return document as { openapi: string; paths: Record<string, unknown> } // toOpenApi writes both
      },
    }),
    textRoute('/docs', 'A page that shows this document and tries its routes.', { type: 'text/html', text: page }),
    textRoute('/docs/init.js', 'A file of the documentation page.', { type: 'text/javascript', text: init }),
    assetRoute('swagger-ui.css', 'text/css'),
    assetRoute('swagger-ui-bundle.js', 'text/javascript'),
  ]
}
