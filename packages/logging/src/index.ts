export { createLineBuffer, type LineBuffer, type LineBufferOptions } from './logger/line-buffer.ts'
export { isLogLevel, type LogLevel } from './logger/log-level.ts'
export { createLogger, type LogData, type Logger, type LoggerOptions, type WriteLog } from './logger/logger.ts'
export { createMasker, type Masker, type MaskerOptions } from './masking/masker.ts'
export { type Exposition, toExposition } from './metrics/exposition.ts'
export type {
  CacheLookup,
  MeasuredAttempt,
  MeasuredCache,
  MeasuredCondensation,
  MeasuredEvent,
  MeasuredReceipt,
  MeasuredRequest,
  MeasuredUsage,
  ReceiptContext,
} from './metrics/measured.ts'
export type { Exemplar, HistogramPoint, MetricsSeries, ValuePoint } from './metrics/metric-family.ts'
export type { ReadingName } from './metrics/metrics.table.ts'
export { createMetrics, type Metrics, type MetricsDeps, type MetricsOptions } from './metrics/metrics.ts'
export { type CacheFigures, type HttpFigures, type MetricsJson, type ProviderFigures, toMetricsJson } from './metrics/metrics-json.ts'
export type { ReadGauges, Reading } from './metrics/readings.ts'
export { createWorkerSeries, type WorkerSeries } from './metrics/worker-series.ts'
export { type RequestReceipt, type RequestSurface, type RequestUsage, toRequestLogLine } from './request-log/request-log-line.ts'
