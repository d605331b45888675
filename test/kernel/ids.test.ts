import fc from 'fast-check'
import { expect, it } from 'vitest'
import { idOf, isId, newId, type Prefix, prefixes, prefixOf, uuidOf } from '../../src/kernel/ids.js'

const kinds = Object.keys(prefixes) as Prefix[]
const seed = 20260302

it('an id survives the way to the database and back, for every kind', () => {
  for (const kind of kinds) {
    const id = newId(kind)
    expect(idOf(kind, uuidOf(id))).toBe(id)
    expect(prefixOf(id)).toBe(kind)
  }
})

it(`any uuid makes an id of any kind, and no other kind takes it (seed ${seed})`, () => {
  fc.assert(fc.property(fc.uuid(), fc.constantFrom(...kinds), fc.constantFrom(...kinds), (uuid, kind, other) => {
    const id = idOf(kind, uuid)
    return uuidOf(id) === uuid && isId(id, kind) && (other === kind || !isId(id, other))
  }), { seed })
})

it('ids made later sort later', () => {
  const made = Array.from({ length: 500 }, () => newId('tkt'))
  expect([...made].sort()).toEqual(made)
  expect(new Set(made).size).toBe(500)
})

it(`what is no id is told apart without an error (seed ${seed})`, () => {
  const good = newId('cus')
  const near = ['', 'cus', 'cus_', 'cus_nonsense', good.slice(0, -1), `${good}0`, good.toUpperCase(), ` ${good}`, `${good}\n`, good.replace('cus', 'con') + 'x',
    good.replace('_', '-'), `x${good}`, uuidOf(good), '__proto___01h455vb4pex5vsknk084sn02q', 'toString_01h455vb4pex5vsknk084sn02q']
  for (const text of near) expect([text, isId(text, 'cus'), prefixOf(text)]).toEqual([text, false, null])
  fc.assert(fc.property(fc.string(), (text) => !isId(text, 'cus') && prefixOf(text) === null), { seed })
  fc.assert(fc.property(fc.string({ minLength: 26, maxLength: 26 }), (text) => !isId(`cus_${text}`, 'cus') || /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)), { seed })
})
