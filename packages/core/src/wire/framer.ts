import { createAwsEventStreamFramer } from './aws-event-stream.ts'
import { createNdjsonFramer } from './ndjson.ts'
import { createSseFramer } from './sse.ts'
import type { EventFramer, FramerOptions } from './wire-event.ts'

/** How a stream separates its events. */
export type Framing = 'sse' | 'ndjson' | 'aws-event-stream'

/** The framer of a framing. */
export function createFramer(framing: Framing, options: FramerOptions = {}): EventFramer {
  switch (framing) {
    case 'sse':
      return createSseFramer(options)
    case 'ndjson':
      return createNdjsonFramer(options)
    case 'aws-event-stream':
      return createAwsEventStreamFramer(options)
  }
}
