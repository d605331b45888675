import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDemo } from './support/demo.js'
import type { World } from './support/world.js'

let world: World
let tokens: { member: string; contact: string }
beforeAll(async () => {
  ({ world, tokens } = await openDemo())
}, 60_000)
afterAll(() => world.close())

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
const operations = [...readme.matchAll(/```graphql\n([\s\S]*?)```/g)].map((block) => block[1]!)

/** Whom the heading above an operation names. */
const callers: (keyof typeof tokens | null)[] = [null, null, 'contact', 'contact', 'contact', 'member', 'member', 'contact']

it('the tour in the README works as printed, one operation after another', async () => {
  expect(operations).toHaveLength(callers.length)
  const ids = new Map<string, string>()
  for (const [i, operation] of operations.entries()) {
    const document = operation.replace(/"(PLAN|QUOTE|TICKET|PART)"/g, (_, name: string) => `"${ids.get(name)}"`)
    const caller = callers[i]
    const { data, errors } = await world.ask(document, {}, caller ? tokens[caller] : undefined)
    expect(errors, operation).toBeUndefined()
    const [answer] = Object.values(data)
    expect(answer, operation).not.toHaveProperty('next')
    await remember(ids, data)
  }
})

async function remember(ids: Map<string, string>, data: Record<string, any>): Promise<void> {
  const five = data.plans?.edges.map((e: any) => e.node).find((plan: any) => plan.kind === 'PACKAGE' && plan.currentVersion?.units === 5)
  if (five) ids.set('PLAN', five.currentVersion.id)
  if (data.buyPlan) expect(await world.pay(data.buyPlan.checkoutUrl)).toBe(303)
  if (data.requestQuote) ids.set('QUOTE', data.requestQuote.id)
  if (data.openTicket) ids.set('TICKET', data.openTicket.id).set('PART', data.openTicket.parts[0].id)
  if (data.resolvePart) expect(data.resolvePart.charge).toEqual({ unit: 'INCIDENT', units: 1 })
  if (data.confirmResolution) expect(data.confirmResolution).toMatchObject({ state: 'CLOSED', closedBy: 'CUSTOMER', ticket: { state: 'CLOSED' } })
}
