import { afterAll, beforeAll, expect, it } from 'vitest'
import { days, hours, minutes } from '../../src/kernel/time.js'
import { type Havblikk, havblikk } from '../support/havblikk.js'
import { openWorld, type World } from '../support/world.js'

let world: World
let vendor: Havblikk
beforeAll(async () => {
  world = await openWorld()
  vendor = await havblikk(world)
})
afterAll(() => world.close())

const problem = { product: 'LONN', kind: 'QUESTION', severity: 'NORMAL' }
const quoted = async () => (await world.done('requestQuote', { problem }, 'id expiresAt', vendor.karin)).id as string
const pageFor = (quoteId: string) => world.done('buyPlan', {
  planVersionId: vendor.incident, currency: 'NOK', quantity: 1, quoteId, successUrl: 'https://x.example/ok', cancelUrl: 'https://x.example/no',
}, 'id checkoutUrl', vendor.karin)
const stateOf = async (id: string) => (await world.ask('query ($id: ID!) { quote(id: $id) { state expiresAt createdAt } }', { id }, vendor.karin)).data.quote

it('B5 a quote is held while the payment page for it is open, and the ticket opens with it once it is paid', async () => {
  const quoteId = await quoted()
  const { checkoutUrl } = await pageFor(quoteId)
  await world.settle()
  await world.advance(hours(2))
  expect((await stateOf(quoteId)).state).toBe('OPEN')
  expect(await world.pay(checkoutUrl)).toBe(303)
  const ticket = await world.done('openTicket', { quoteId, subject: 'How', body: 'How?' }, 'parts { ceiling { incidents } }', vendor.karin)
  expect(ticket.parts[0].ceiling.incidents).toBe(1)
})

it('B5 a quote without a payment page expires after 30 minutes, and a page opened too late does not wake it', async () => {
  const quoteId = await quoted()
  await world.advance(minutes(30))
  await pageFor(quoteId)
  await world.settle()
  expect((await stateOf(quoteId)).state).toBe('EXPIRED')
})

it('B5 a quote is held for seven days at most, however many pages are opened for it', async () => {
  const quoteId = await quoted()
  for (let day = 0; day < 9; day += 1) {
    await pageFor(quoteId)
    await world.settle()
    await world.advance(hours(20))
  }
  const { state, createdAt, expiresAt } = await stateOf(quoteId)
  expect(state).toBe('EXPIRED')
  expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBeLessThanOrEqual(days(7))
})
