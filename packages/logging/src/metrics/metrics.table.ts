import {
  durationBuckets,
  genAiDurationBuckets,
  genAiFirstTokenBuckets,
  genAiPerTokenBuckets,
  genAiTokenBuckets,
  overheadBuckets,
} from './buckets.ts'
import type { MetricFamily } from './metric-family.ts'

const target = ['provider', 'model'] as const
const genAi = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const

/** Counters that this package counts by itself. */
export const counters = {
  http_requests_total: { type: 'counter', help: 'HTTP requests answered.', labels: ['method', 'endpoint', 'status_code'] },
  cache_hits_total: { type: 'counter', help: 'Lookups that a cache answered.', labels: ['type'] },
  cache_misses_total: { type: 'counter', help: 'Lookups that a cache could not answer.', labels: ['type'] },
  cache_answers_total: { type: 'counter', help: 'Answers of the response cache by where they came from.', labels: ['source'] },
  llm_requests_total: { type: 'counter', help: 'Upstream attempts by how they ended.', labels: [...target, 'status'] },
  llm_attempts_total: { type: 'counter', help: 'Upstream attempts by why they were made.', labels: ['provider', 'reason'] },
  llm_calls_total: { type: 'counter', help: 'Calls by how they ended for the caller.', labels: ['outcome'] },
  llm_streams_total: { type: 'counter', help: 'Streams by how they ended for the caller.', labels: ['outcome'] },
  llm_tokens_total: { type: 'counter', help: 'Tokens consumed upstream.', labels: [...target, 'direction'] },
  llm_token_details_total: {
    type: 'counter',
    help: 'Tokens that are priced apart; part of llm_tokens_total.',
    labels: [...target, 'kind'],
  },
  llm_cost_usd_total: { type: 'counter', help: 'Dollars paid upstream, waste included.', labels: target, divisor: 1e9 },
  llm_wasted_usd_total: {
    type: 'counter',
    help: 'Dollars paid for attempts whose answer nobody got; part of llm_cost_usd_total.',
    labels: target,
    divisor: 1e9,
  },
  llm_saved_usd_total: { type: 'counter', help: 'Dollars that were not spent.', labels: ['by'], divisor: 1e9 },
  llm_unknown_price_calls_total: { type: 'counter', help: 'Attempts that consumed tokens at a price that is not known.', labels: target },
  llm_usage_estimated_total: {
    type: 'counter',
    help: 'Attempts whose usage is our estimate, by why the provider’s figures do not stand.',
    labels: [...target, 'reason'],
  },
  llm_condensed_tokens_total: { type: 'counter', help: 'Tokens that condensation took out of requests.', labels: [] },
  guardrail_verdicts_total: {
    type: 'counter',
    help: 'Calls in which a guardrail found something, or failed, by what followed.',
    labels: ['guardrail', 'stage', 'verdict'],
  },
  circuit_breaker_transitions_total: { type: 'counter', help: 'Changes of a circuit breaker to a state.', labels: ['provider', 'state'] },
  rate_limit_rejections_total: { type: 'counter', help: 'Requests refused because of a limit or a budget.', labels: ['limit'] },
  auth_failures_total: { type: 'counter', help: 'Requests refused for want of a good key.', labels: ['reason'] },
  suspicious_requests_total: { type: 'counter', help: 'Requests that look like an attack.', labels: ['kind'] },
  requests_shed_total: { type: 'counter', help: 'Requests refused to protect the gateway.', labels: ['reason'] },
  chaos_faults_injected_total: { type: 'counter', help: 'Faults that experiments put into attempts.', labels: ['fault'] },
  metrics_read_failures_total: { type: 'counter', help: 'Readers of gauges that failed.', labels: [] },
} as const satisfies Record<string, MetricFamily>

export const histograms = {
  http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from a request to the end of its answer.',
    labels: ['method', 'endpoint'],
    buckets: durationBuckets,
  },
  llm_request_duration_seconds: {
    type: 'histogram',
    help: 'Time of one upstream attempt; canceled ones are left out.',
    labels: target,
    buckets: durationBuckets,
  },
  llm_time_to_first_token_seconds: {
    type: 'histogram',
    help: 'Time from a call to the first content of its stream, as the caller sees it.',
    labels: target,
    buckets: durationBuckets,
  },
  proxy_overhead_seconds: {
    type: 'histogram',
    help: 'Time of a call in which no upstream attempt was open.',
    labels: [],
    buckets: overheadBuckets,
  },
  gen_ai_client_token_usage: {
    type: 'histogram',
    help: 'Tokens of one operation (OpenTelemetry gen_ai.client.token.usage).',
    labels: [...genAi, 'gen_ai_token_type'],
    buckets: genAiTokenBuckets,
  },
  gen_ai_client_operation_duration_seconds: {
    type: 'histogram',
    help: 'Time of one operation (OpenTelemetry gen_ai.client.operation.duration).',
    labels: [...genAi, 'error_type'],
    buckets: genAiDurationBuckets,
  },
  gen_ai_server_time_to_first_token_seconds: {
    type: 'histogram',
    help: 'Time from an attempt to its first token (OpenTelemetry gen_ai.server.time_to_first_token).',
    labels: genAi,
    buckets: genAiFirstTokenBuckets,
  },
  gen_ai_server_time_per_output_token_seconds: {
    type: 'histogram',
    help: 'Time per token after the first (OpenTelemetry gen_ai.server.time_per_output_token).',
    labels: genAi,
    buckets: genAiPerTokenBuckets,
  },
} as const satisfies Record<string, MetricFamily>

/** What others know and tell when asked: gauges, and counters that are kept elsewhere. */
export const readings = {
  cache_hit_rate: { type: 'gauge', help: 'Share of lookups that a cache answered, 0 to 1.', labels: ['type'] },
  cache_entries: { type: 'gauge', help: 'Entries held by a cache.', labels: ['type'] },
  cache_size_bytes: { type: 'gauge', help: 'Bytes held by a cache.', labels: ['type'] },
  cache_evictions_total: { type: 'counter', help: 'Entries that a cache gave up for want of room.', labels: ['type'] },
  circuit_breaker_state: {
    type: 'gauge',
    help: 'The worst breaker of a provider: 0 closed, 1 half-open, 2 open, 3 taken out by hand.',
    labels: ['provider'],
    merge: 'max',
  },
  provider_available: { type: 'gauge', help: 'Whether a provider takes calls: 1 yes, 0 no.', labels: ['provider'], merge: 'max' },
  config_reloads_total: { type: 'counter', help: 'Times that the configuration was read anew.', labels: ['result'] },
  config_last_reload_successful: {
    type: 'gauge',
    help: 'Whether the configuration that was read last is at work: 1 yes, 0 no.',
    labels: [],
  },
  config_last_reload_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When the configuration at work was taken in.',
    labels: [],
    merge: 'max',
  },
  http_requests_in_flight: { type: 'gauge', help: 'Requests being answered.', labels: [] },
  http_requests_queued: { type: 'gauge', help: 'Requests waiting for their turn.', labels: [] },
  http_pool_connections: { type: 'gauge', help: 'Upstream connections.', labels: ['provider', 'state'] },
  records_failing: {
    type: 'gauge',
    help: 'Whether records can’t be written at the moment: 1 they can’t, 0 they can.',
    labels: [],
    merge: 'max',
  },
  records_set_aside_total: { type: 'counter', help: 'Damaged files of records that were moved out of the way.', labels: [] },
  records_dropped_total: { type: 'counter', help: 'Records lost because their sink failed or was full.', labels: ['sink'] },
  limit_store_up: {
    type: 'gauge',
    help: 'Whether the store that instances share for limits and budgets can be reached: 1 it can, 0 it can’t.',
    labels: [],
    merge: 'max',
  },
  workers: { type: 'gauge', help: 'Processes that answer requests.', labels: [] },
  process_start_time_seconds: { type: 'gauge', help: 'When the process started, Unix seconds.', labels: [], merge: 'max' },
  process_cpu_seconds_total: { type: 'counter', help: 'Processor time used.', labels: [] },
  process_resident_memory_bytes: { type: 'gauge', help: 'Memory held in RAM.', labels: [] },
  nodejs_heap_used_bytes: { type: 'gauge', help: 'JavaScript heap in use.', labels: [] },
  nodejs_heap_limit_bytes: { type: 'gauge', help: 'JavaScript heap at most.', labels: [] },
  nodejs_external_memory_bytes: { type: 'gauge', help: 'Memory of buffers outside the heap.', labels: [] },
  nodejs_eventloop_lag_mean_seconds: {
    type: 'gauge',
    help: 'Mean delay of the event loop since the last reading.',
    labels: [],
    merge: 'max',
  },
  nodejs_eventloop_lag_p99_seconds: {
    type: 'gauge',
    help: 'Delay of the event loop that 99 of 100 turns stay under, since the last reading.',
    labels: [],
    merge: 'max',
  },
  nodejs_eventloop_utilization_ratio: { type: 'gauge', help: 'Share of time the event loop was busy, 0 to 1.', labels: [], merge: 'max' },
  system_cpus: { type: 'gauge', help: 'Processors.', labels: [], merge: 'max' },
  system_load1: { type: 'gauge', help: 'Load average of one minute.', labels: [], merge: 'max' },
  system_memory_total_bytes: { type: 'gauge', help: "The machine's memory.", labels: [], merge: 'max' },
  system_memory_available_bytes: { type: 'gauge', help: "What of the machine's memory can be used.", labels: [], merge: 'max' },
  disk_size_bytes: { type: 'gauge', help: "Size of the data folder's file system.", labels: [], merge: 'max' },
  disk_free_bytes: { type: 'gauge', help: "Free room on the data folder's file system.", labels: [], merge: 'max' },
  network_receive_bytes_total: { type: 'counter', help: 'Bytes received by a network device.', labels: ['device'], merge: 'max' },
  network_transmit_bytes_total: { type: 'counter', help: 'Bytes sent by a network device.', labels: ['device'], merge: 'max' },
} as const satisfies Record<string, MetricFamily>

export type CounterName = keyof typeof counters
export type HistogramName = keyof typeof histograms
/** The gauges whose values others read out. */
export type ReadingName = keyof typeof readings

/** Every metric there is, in the order of the exposition. */
export const families: Readonly<Record<string, MetricFamily>> = { ...counters, ...histograms, ...readings }
