import type { FailureRow } from '../../errors/classify-failure.ts'

const source = 'docs.aws.amazon.com/bedrock, Converse errors, 2026-05'

/** AWS names the kind of an error in a header or in the frame of an exception. */
export const bedrockFailures: readonly FailureRow[] = [
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
