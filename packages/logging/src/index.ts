export type { BaselineSample, BaselineSnapshot } from './alerting/anomaly/seasonal-baseline.ts'
export type { Condition } from './alerting/condition/condition.ts'
export { isConditionError } from './alerting/condition/condition-error.ts'
export { evaluateCondition, type ReadSignal } from './alerting/condition/evaluate-condition.ts'
export { parseCondition } from './alerting/condition/parse-condition.ts'
export { type Selector, type SelectorLabel, type SignalName, signalNames } from './alerting/condition/signal-names.table.ts'
export { signalsOf } from './alerting/condition/signals-of.ts'
export type { AlertChannel, AlertNotification, AlertRule, AlertSeverity, AnomalyRule } from './alerting/engine/alert.ts'
export type { AlertDelivery, AlertHistoryEntry } from './alerting/engine/alert-history.ts'
export type { Alerting, AlertingOptions, AlertingSnapshot, AlertState } from './alerting/engine/alerting.ts'
export { AlertingError } from './alerting/engine/alerting-error.ts'
export { createAlerting } from './alerting/engine/create-alerting.ts'
export type { DeliveryRetry } from './alerting/engine/delivery-queue.ts'
export type { ChannelTest, UndeliveredAlert } from './alerting/engine/notifier.ts'
export type { Silence, SilenceRequest } from './alerting/engine/silences.ts'
export { createSignals, type SignalEvent, type Signals, type SignalsOptions } from './alerting/signals/create-signals.ts'
export type { LoggingDeps } from './deps.ts'
export { toGenAiProvider } from './gen-ai/provider-name.ts'
export { createLineBuffer, type LineBuffer, type LineBufferOptions } from './logger/line-buffer.ts'
export { isLogLevel, type LogLevel } from './logger/log-level.ts'
export { createLogger, type LogData, type Logger, type LoggerOptions, type WriteLog } from './logger/logger.ts'
export { createMasker, type Masker, type MaskerOptions } from './masking/masker.ts'
export { type Exposition, toExposition } from './metrics/exposition.ts'
export type { CacheLookup, MetricEvent } from './metrics/metric-event.ts'
export type { Exemplar, HistogramPoint, MetricsSeries, ValuePoint } from './metrics/metric-family.ts'
export type { ReadingName } from './metrics/metrics.table.ts'
export { createMetrics, type Metrics, type MetricsOptions } from './metrics/metrics.ts'
export { type CacheFigures, type HttpFigures, type MetricsJson, type ProviderFigures, toMetricsJson } from './metrics/metrics-json.ts'
export type { ReadGauges, Reading } from './metrics/readings.ts'
export { type SeriesLabels, selectSeries } from './metrics/select-series.ts'
export { createWorkerSeries, type WorkerSeries } from './metrics/worker-series.ts'
export type {
  AttemptRecord,
  CacheOutcome,
  CallRecord,
  CondensationOutcome,
  RecordedError,
  RecordedPrincipal,
  UsageRecord,
} from './record/call-record.ts'
export type { AuthFailure, CompletedRequest, RequestPhases } from './record/completed-request.ts'
export { type RequestLine, toRequestLine } from './request-log/request-line.ts'
