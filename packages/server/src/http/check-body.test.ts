import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { checkBody } from './check-body.ts'

const schema = v.strictObject({
  name: v.string(),
  share: v.number(),
  isOn: v.boolean(),
  kind: v.picklist(['small', 'large']),
  where: v.strictObject({ path: v.string() }),
  list: v.array(v.strictObject({ type: v.string() })),
  note: v.optional(v.string()),
})
const whole = { name: 'a', share: 1, isOn: true, kind: 'small', where: { path: '/' }, list: [{ type: 'x' }] }

function without(key: keyof typeof whole): object {
  const { [key]: _left, ...rest } = whole
  return rest
}

describe('a body of the admin plane', () => {
  it('is given back when it fits', () => expect(checkBody(schema, whole)).toEqual(whole))

  it.each<[body: unknown, message: string, param: string | undefined]>([
    [without('name'), 'name: is missing (found nothing; allowed: a text).', 'name'],
    [without('share'), 'share: is missing (found nothing; allowed: a number).', 'share'],
    [without('isOn'), 'isOn: is missing (found nothing; allowed: true or false).', 'isOn'],
    [without('kind'), 'kind: is missing (found nothing; allowed: ("small" | "large")).', 'kind'],
    [without('where'), 'where: is missing (found nothing; allowed: a mapping).', 'where'],
    [without('list'), 'list: is missing (found nothing; allowed: a list).', 'list'],
    [{ ...whole, where: {} }, 'where.path: is missing (found nothing; allowed: a text).', 'where.path'],
    [{ ...whole, list: [{}] }, 'list[0].type: is missing (found nothing; allowed: a text).', 'list[0].type'],
    [{ ...whole, share: '1' }, 'share: has a wrong value (found "1"; allowed: number).', 'share'],
    [undefined, 'the body: is missing (found nothing; allowed: a mapping).', undefined],
  ])('%j is refused', (body, message, param) => {
    expect(() => checkBody(schema, body)).toThrow(expect.objectContaining({ message, param }) as Error)
  })
})
