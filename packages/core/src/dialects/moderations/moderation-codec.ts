import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { ModerationPart, ModerationRequest, ModerationResponse } from '../../operations/moderations.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readString } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget, OperationCodec } from '../dialect.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { fromModerationResponse } from './response.ts'

/** What a provider's moderation takes. */
export interface ModerationForm {
  /** Inputs may be parts with images; where not, parts of text are joined and images are refused. */
  readonly parts?: boolean | undefined
  /** Fields without a neutral name are sent; where not, they are dropped. */
  readonly extras?: boolean | undefined
}

function toWirePart(part: ModerationPart): JsonObject {
  return part.type === 'text' ? { type: 'text', text: part.text } : { type: 'image_url', image_url: { url: part.url } }
}

/** Parts have one result together, so their texts become one text. */
function joinedTexts(parts: readonly ModerationPart[]): string {
  return parts
    .map((part) => {
      if (part.type === 'text') return part.text
      throw new InvalidRequestError('input holds an image; this provider moderates texts only.', 'input')
    })
    .join('\n')
}

function inputOf({ input }: ModerationRequest, form: ModerationForm): JsonValue {
  if (input.type === 'texts') return input.texts
  return form.parts === true ? input.parts.map(toWirePart) : [joinedTexts(input.parts)]
}

function toModerationRequest(request: ModerationRequest, { model }: EncodeTarget, form: ModerationForm): EncodedRequest {
  const { extras = {}, user } = request
  return {
    body: definedFields({
      ...(form.extras === true && extras),
      model: model === '' ? undefined : model,
      input: inputOf(request, form),
    }),
    dropped: [...(user === undefined ? [] : ['user']), ...(form.extras === true ? [] : Object.keys(extras))],
  }
}

/** Whether an answer has all that OpenAI's have. Mistral's lack `flagged`. */
function isForwardableAnswer(body: unknown): boolean {
  if (!isJsonObject(body) || readString(body, 'id') === undefined || readString(body, 'model') === undefined) return false
  return (readArray(body, 'results') ?? []).every(
    (result) =>
      isJsonObject(result) &&
      typeof result['flagged'] === 'boolean' &&
      isJsonObject(result['categories']) &&
      isJsonObject(result['category_scores']),
  )
}

function createModerationCodec(form: ModerationForm): OperationCodec<ModerationRequest, ModerationResponse> {
  return {
    toRequest: (request, target) => toModerationRequest(request, target, form),
    fromResponse: fromModerationResponse,
    isForwardable: isForwardableAnswer,
  }
}

/** OpenAI's `POST /v1/moderations`. */
export const openAiModerations = createModerationCodec({ parts: true })

/** Mistral's `POST /v1/moderations` (docs.mistral.ai/api, 2026-08): texts only, category names of its own, no `flagged`. */
export const mistralModerations = createModerationCodec({})

/** Servers that follow OpenAI's form. */
export const compatibleModerations = createModerationCodec({ parts: true, extras: true })
