import type { ErrorCode } from '../../packages/core/src/index.ts'

/** What each code tells a client, and what to do about it. */
export const errorTexts: Readonly<Record<ErrorCode, { readonly means: string; readonly todo: string }>> = {
  invalid_request: {
    means: 'The request is not valid, here or for the provider. `param` names the field.',
    todo: 'Correct the request. It is not tried again.',
  },
  invalid_api_key: { means: 'The key is missing, unknown or expired.', todo: 'Send a key of the gateway as `Authorization: Bearer`.' },
  forbidden: {
    means: 'The key may not use this model or path, or a web page of another origin asks.',
    todo: 'Ask the operator for the right, or add the origin to `server.cors.origins`.',
  },
  not_found: { means: 'There is no such path or object.', todo: 'Compare the path with `/openapi.json`.' },
  model_not_found: { means: 'No provider has this model, or it has been retired.', todo: 'Choose a model from `GET /v1/models`.' },
  method_not_allowed: { means: 'The path has no such method.', todo: 'The header `Allow` names those that it has.' },
  conflict: { means: 'What is asked for cannot be done in the present state.', todo: 'Read the state, then ask again.' },
  request_timeout: {
    means: 'The client took too long to send its request.',
    todo: 'Send it faster, or raise `server.body_timeout_seconds`.',
  },
  payload_too_large: { means: 'The body is too long.', todo: 'Send less, or raise `server.max_body_mb`.' },
  unsupported_media_type: { means: 'The body is not JSON.', todo: 'Send `content-type: application/json`, uncompressed.' },
  unsupported_operation: { means: 'The provider of this model has no such operation.', todo: 'Choose another model.' },
  rate_limit_exceeded: { means: 'A limit of yours at this gateway is reached.', todo: 'Wait as long as `Retry-After` says.' },
  budget_exceeded: { means: 'A budget of yours is used up.', todo: 'Wait for the next window, or ask the operator for more.' },
  guardrail_violation: {
    means: 'A guardrail refuses the request or the answer. The message names it, never the text.',
    todo: 'Change the content, or ask the operator about the guardrail.',
  },
  guardrail_unavailable: {
    means: 'A guardrail could not judge, and refuses in doubt.',
    todo: 'Ask again later. Operators: see `on_failure` of the guardrail.',
  },
  overloaded: { means: 'The gateway is busy.', todo: 'Wait as long as `Retry-After` says. Operators: see `server.max_in_flight`.' },
  circuit_open: {
    means: 'Every target of the model has failed too often lately.',
    todo: 'Wait as long as `Retry-After` says, or add a fallback.',
  },
  shutting_down: { means: 'The gateway stops.', todo: 'Ask again: another instance answers, or the next process.' },
  not_cached: { means: '`only-if-cached` was asked for, and nothing is stored.', todo: 'Ask without it.' },
  deadline_exceeded: {
    means: 'The time of the whole request is up.',
    todo: 'Ask for less, or raise `server.deadline_seconds` or `X-ProxyAPI-Timeout-Ms`.',
  },
  storage_unavailable: {
    means: 'Records cannot be read or written now.',
    todo: 'Operators: look at the data folder and at `GET /health`.',
  },
  misdirected_request: { means: 'The host name is not one of the gateway.', todo: 'Add it to `server.allowed_hosts`.' },
  client_closed_request: { means: 'The client left before the answer.', todo: 'Nothing: it is only in the records.' },
  invalid_config: { means: 'The configuration is not valid.', todo: 'The message names the place and what is allowed.' },
  internal_error: { means: 'A fault of the gateway itself.', todo: 'Report it with the `X-Request-Id`.' },
  upstream_connection_error: {
    means: 'The provider could not be reached.',
    todo: 'Ask again later. Operators: `GET /health/providers` has the reason.',
  },
  upstream_timeout: { means: 'The provider did not answer in time.', todo: 'Ask again, or raise `timeouts` of the provider.' },
  upstream_error: { means: 'The provider failed.', todo: 'Ask again later, or add a fallback.' },
  upstream_rate_limited: {
    means: "The provider refuses: too many requests with the gateway's key.",
    todo: 'Wait as long as `Retry-After` says, or add a target.',
  },
  insufficient_quota: { means: "The gateway's account at the provider is used up.", todo: 'Operators: pay, or add a fallback.' },
  upstream_auth_error: {
    means: "The provider refuses the gateway's key.",
    todo: 'Operators: correct the key. `GET /health/providers` has the words of the provider.',
  },
  context_length_exceeded: {
    means: 'The conversation is too long for the model.',
    todo: 'Shorten it, turn condensation on, or add a fallback of the kind `context_length`.',
  },
  content_filter: {
    means: "The provider's rules refuse the content.",
    todo: 'Change the content, or add a fallback of the kind `content_policy`.',
  },
  bad_upstream_response: { means: 'The provider sent something that is not a valid answer.', todo: 'Ask again later, or add a fallback.' },
}
