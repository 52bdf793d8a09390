import type { FailureRow } from '../../errors/classify-failure.ts'

const source = 'docs.aws.amazon.com/bedrock, Converse errors, 2026-05'

const recorded = 'recorded, bedrock-runtime, 2024 to 2026'

/** AWS names the kind of an error in a header or in the frame of an exception. */
export const bedrockFailures: readonly FailureRow[] = [
  { type: 'ValidationException', says: 'model identifier is invalid', failure: 'unknown_model', source: recorded },
  { type: 'ValidationException', says: 'on-demand throughput', failure: 'unknown_model', source: recorded },
  { type: 'ValidationException', says: 'unsupported countries', failure: 'authentication', source: recorded },
  { type: 'ValidationException', says: 'operation not allowed', failure: 'authentication', source: recorded },
  { type: 'ResourceNotFoundException', says: 'end of its life', failure: 'retired_model', source: recorded },
  { type: 'ResourceNotFoundException', says: 'legacy', failure: 'retired_model', source: recorded },
  { type: 'UnknownOperationException', failure: 'invalid_response', source: recorded },
  { type: 'ThrottlingException', failure: 'rate_limit', source },
  { type: 'ServiceQuotaExceededException', failure: 'quota', source },
  { type: 'AccessDeniedException', failure: 'authentication', source },
  { type: 'ExpiredTokenException', failure: 'authentication', source },
  { type: 'UnrecognizedClientException', failure: 'authentication', source },
  { type: 'InvalidSignatureException', failure: 'authentication', source },
  { type: 'ResourceNotFoundException', failure: 'unknown_model', source },
  { type: 'ModelTimeoutException', failure: 'server', source },
  { type: 'ModelNotReadyException', failure: 'server', source },
  { type: 'ModelErrorException', failure: 'server', source },
  { type: 'ModelStreamErrorException', failure: 'server', source },
  { type: 'InternalServerException', failure: 'server', source },
  { type: 'ServiceUnavailableException', failure: 'server', source },
]
