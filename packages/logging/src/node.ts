export { ChannelError } from './alerting/channels/channel-error.ts'
export { createEmailChannel, type EmailChannelOptions } from './alerting/channels/email-channel.ts'
export { createPagerDutyChannel, type PagerDutyChannelOptions } from './alerting/channels/pagerduty-channel.ts'
export { createSlackChannel, type SlackChannelOptions } from './alerting/channels/slack-channel.ts'
export { createWebhookChannel, type WebhookChannelDeps, type WebhookChannelOptions } from './alerting/channels/webhook-channel.ts'
export { verifyWebhook } from './alerting/channels/webhook-signature.ts'
export type { AuditContent, AuditEvent, AuditRecord } from './audit/audit-record.ts'
export type { AuditAnchor, ChainPoint } from './audit/chain.ts'
export type { AuditPage, AuditQuery } from './audit/query.ts'
export type { AuditRetention } from './audit/retention.ts'
export type { AuditTrace } from './audit/subject-rights.ts'
export { type AuditVerdict, type VerifyOptions, verifyAuditFile } from './audit/verify.ts'
export {
  type EventEffect,
  type EventPage,
  type EventQuery,
  eventLimit,
  type GatewayEvent,
  type GatewayEventKind,
  gatewayEventKinds,
  matchesEventQuery,
  type NumberedEvent,
} from './events/gateway-event.ts'
export { createWorkerRecorder, type WorkerRecorderOptions } from './node/create-worker-recorder.ts'
export type { FromRecorder, ToRecorder } from './node/messages.ts'
export { recorderWorkerFile, type StartRecorderThread } from './node/recorder-thread.ts'
export { serveRecorder } from './node/serve-recorder.ts'
export { noFigures } from './node/thread-figures.ts'
export type { ReceiptAttempt, ReceiptBody, ReceiptTokens } from './receipts/receipt-body.ts'
export { createInThreadRecorder, type RecorderOptions, type RequestLogOptions } from './recorder/create-in-thread-recorder.ts'
export type { LedgerEntry } from './recorder/ledger-entry.ts'
export { verifyAuditDatabase } from './recorder/postgres-record-store.ts'
export type {
  DroppedRecords,
  ErasedRecords,
  ReceiptReader,
  Recorder,
  RecorderFigures,
  RecorderQueries,
  UserRecords,
} from './recorder/recorder.ts'
export type { RecorderNotice } from './recorder/recorder-notice.ts'
export { createRequestFeed, type FeedListener, type RequestFeed, type RequestFeedOptions } from './recorder/request-feed.ts'
export type { RequestPage, RequestQuery, RequestRow } from './recorder/request-query.ts'
export type { RequestRetention } from './recorder/request-retention.ts'
export type { FacetValue, RequestSummary } from './recorder/request-summary.ts'
export { toRequestsCsv } from './recorder/requests-csv.ts'
export type { SpendingQuery } from './recorder/spending-cells.ts'
export { enableWriteAhead } from './sqlite/enable-write-ahead.ts'
export { createPseudonyms, type Pseudonyms } from './sqlite/pseudonym.ts'
export { isStorageError, type StorageError } from './sqlite/storage-error.ts'
export { createSystemReader, type SystemReader, type SystemReaderOptions } from './system/system-reader.ts'
export type { CallSpan } from './tracing/call-span.ts'
export type { OtlpTarget, TracingEndpoints } from './tracing/otlp-url.ts'
export type { TraceHeaders } from './tracing/trace-context.ts'
export type { CallEnd, CallStart, Stage } from './tracing/traced.ts'
export { createTracing, type Tracing, type TracingDeps, type TracingOptions } from './tracing/tracing.ts'
export { type AnalyticsGroup, type AnalyticsQuery, type AnalyticsRow, analyticsGroups } from './usage/analytics.ts'
export { toAnalyticsBody, toAnalyticsCsv } from './usage/analytics-output.ts'
