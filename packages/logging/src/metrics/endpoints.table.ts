/** The gateway's routes as patterns: the values that the label `endpoint` takes by default. */
export const gatewayEndpoints: readonly string[] = [
  ...['/v1/chat/completions', '/v1/messages', '/v1/messages/count_tokens', '/v1/responses', '/v1/embeddings', '/v1/completions'],
  ...['/v1/models', '/v1/models/{id}', '/v1/status', '/v1/receipts/{id}'],
  ...['/api/models', '/api/models/search', '/api/models/{provider}/{model}', '/api/condense'],
  ...['/api/cache', '/api/cache/warm', '/api/config', '/api/config/reload', '/debug/memory', '/debug/memory/gc'],
  ...['/api/chaos', '/api/chaos/start', '/api/chaos/stop', '/api/chaos/{id}', '/api/chaos/{id}/stop'],
  ...['/api/load-test/start', '/api/load-test/{id}', '/api/load-test/{id}/events', '/api/load-test/{id}/stop'],
  ...['/api/alerts', '/api/alerts/test', '/api/audit', '/api/audit/verify', '/api/privacy/users/{id}', '/api/analytics'],
  ...['/api/requests', '/api/requests/summary', '/api/requests/events', '/api/requests/open', '/api/requests/open/{id}'],
  ...['/health', '/health/live', '/health/ready', '/health/providers', '/metrics', '/metrics/prometheus', '/openapi.json', '/docs'],
]

export const httpMethods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
