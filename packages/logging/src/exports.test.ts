import { expect, it } from 'vitest'
import * as index from './index.ts'
import * as node from './node.ts'

// A name more is a promise more: whoever adds one adds it here, with its sentence of documentation.
it('exports what outsiders need and nothing else', () => {
  expect(Object.keys(index).sort()).toEqual([
    'AlertingError',
    'createAlerting',
    'createLineBuffer',
    'createLogger',
    'createMasker',
    'createMetrics',
    'createSignals',
    'createWorkerSeries',
    'evaluateCondition',
    'isConditionError',
    'isLogLevel',
    'parseCondition',
    'selectSeries',
    'signalNames',
    'signalsOf',
    'toExposition',
    'toGenAiProvider',
    'toMetricsJson',
    'toRequestLine',
  ])
  expect(Object.keys(node).sort()).toEqual([
    'ChannelError',
    'analyticsGroups',
    'createEmailChannel',
    'createInThreadRecorder',
    'createPagerDutyChannel',
    'createPseudonyms',
    'createRequestFeed',
    'createSlackChannel',
    'createSystemReader',
    'createTracing',
    'createWebhookChannel',
    'createWorkerRecorder',
    'enableWriteAhead',
    'eventLimit',
    'gatewayEventKinds',
    'isStorageError',
    'matchesEventQuery',
    'noFigures',
    'recorderWorkerFile',
    'serveRecorder',
    'toAnalyticsBody',
    'toAnalyticsCsv',
    'toRequestsCsv',
    'verifyAuditDatabase',
    'verifyAuditFile',
    'verifyWebhook',
  ])
})
