import { fixtureCauseCodes, fixtureRules } from './policy.js'
import type { Tenant, World } from './world.js'

/** A vendor that sells, made through the API: one product, plans, promises, a published policy, a customer with people. */
export interface Havblikk extends Tenant {
  readonly productId: string
  readonly components: Record<'OWN' | 'DEPENDENCY' | 'CUSTOMER_OWNED' | 'PARTNER_BUILT', string>
  readonly incident: string
  readonly pack: string
  readonly policyId: string
  readonly calendarId: string
  readonly customerId: string
  readonly contactId: string
  /** Karin: requester, approver and billing of the customer. */
  readonly karin: string
}

const OFFICE = [1, 2, 3, 4, 5].map((day) => ({ day, from: '08:00', to: '16:00' }))

export async function havblikk(world: World, handle?: string): Promise<Havblikk> {
  const tenant = await world.signUp(handle)
  const make = (name: string, input: Record<string, unknown>, fields = 'id') => world.done(name, input, fields, tenant.token)
  const { id: productId } = await make('createProduct', {
    code: 'LONN', name: 'Lønn', description: 'Payroll for small companies.', turnTo: 'Ask your accountant, or the Norwegian Tax Administration.',
  })
  const { id: calendarId } = await make('createCalendar', { name: 'Office', timeZone: 'Europe/Oslo', weekly: OFFICE })
  const components = await componentsOf(make, productId)
  await dutiesOf(make, productId, calendarId)
  for (const code of fixtureCauseCodes.filter((c) => c !== 'UNDETERMINED' && c !== 'NOT_REPRODUCIBLE')) {
    await make('createCauseCode', { code, name: code, description: `It was: ${code}.` })
  }
  const incident = await plan(make, calendarId, { code: 'ONE', name: 'One incident', kind: 'PER_INCIDENT' }, { unit: 'INCIDENT', units: 1 }, 195_000)
  const pack = await plan(make, calendarId, { code: 'FIVE', name: 'Five incidents', kind: 'PACKAGE' }, { unit: 'INCIDENT', units: 5, termDays: 365 }, 800_000)
  await plan(make, calendarId, { code: 'MIN', name: 'Ten hours', kind: 'PACKAGE' }, { unit: 'MINUTE', units: 600, termDays: 365 }, 1_200_000)
  await make('putProductOnSale', { productId })
  const policyId = await publish(make, fixtureRules)
  const { id: customerId } = await make('createCustomer', { name: 'Lofoten Tørrfisk', country: 'NO' })
  const { id: contactId } = await make('createContact', {
    customerId, name: 'Karin Nilsen', email: 'karin@torrfisk.example', roles: ['REQUESTER', 'APPROVER', 'BILLING'],
  })
  const { token: karin } = await make('issueToken', { holderId: contactId }, 'token')
  return { ...tenant, productId, components, incident, pack, policyId, calendarId, customerId, contactId, karin }
}

type Make = (name: string, input: Record<string, unknown>, fields?: string) => Promise<Record<string, any>>

async function componentsOf(make: Make, productId: string): Promise<Havblikk['components']> {
  const one = async (code: string, owner: string, ownerName?: string) =>
    (await make('createComponent', { productId, code, name: code, owner, ownerName, description: `The ${code}.` })).id as string
  return {
    OWN: await one('PAYSLIPS', 'OWN'), DEPENDENCY: await one('ALTINN', 'DEPENDENCY', 'Digdir'),
    CUSTOMER_OWNED: await one('SCRIPTS', 'CUSTOMER_OWNED'), PARTNER_BUILT: await one('ADAPTER', 'PARTNER_BUILT', 'Nordlys Konsult'),
  }
}

async function dutiesOf(make: Make, productId: string, calendarId: string): Promise<void> {
  for (const [code, kind] of [['DEFECT', 'DEFECT'], ['AVAILABILITY', 'AVAILABILITY'], ['SECURITY_FIX', 'SECURITY_FIX'], ['DATA_KEPT', 'DATA_KEPT'], ['STATUS_MESSAGES', 'STATUS_MESSAGES'], ['ACCOUNT', 'DATA_KEPT']]) {
    const { id: dutyId } = await make('createDuty', { productId, code, kind, statement: `We owe ${code} to everybody.` })
    await make('setPromises', { dutyId, promises: [
      { metric: 'FIRST_RESPONSE', minutes: 240, calendarId, kind: 'COMMITMENT' }, { metric: 'CLASS_ANNOUNCED', minutes: 480, calendarId, kind: 'TARGET' },
      { metric: 'RESOLUTION', minutes: 2400, calendarId, kind: 'TARGET' },
    ] }, '__typename')
  }
}

async function plan(make: Make, calendarId: string, what: Record<string, unknown>, terms: Record<string, unknown>, amountMinor: number): Promise<string> {
  const { id: planId } = await make('createPlan', what)
  const { id: planVersionId } = await make('draftPlanVersion', {
    planId, ...terms, summary: `${String(what.name)}.`, prices: [{ currency: 'NOK', amountMinor, taxRateBps: 2500, interval: 'ONE_OFF' }],
  })
  await make('setPromises', { planVersionId, promises: [
    { metric: 'FIRST_RESPONSE', minutes: 240, calendarId, kind: 'COMMITMENT' }, { metric: 'NEXT_RESPONSE', minutes: 240, calendarId, kind: 'TARGET' },
    { metric: 'RESOLUTION', minutes: 960, calendarId, kind: 'TARGET' },
  ] }, '__typename')
  await make('publishPlanVersion', { planVersionId })
  return planVersionId
}

/** Publishes a policy for every product of the vendor. */
async function publish(make: Make, rules: readonly object[]): Promise<string> {
  const { id: policyId } = await make('createScopePolicy', { name: 'Where the line runs' })
  const { id: versionId } = await make('draftScopePolicy', { policyId, rules })
  await make('publishScopePolicy', { versionId })
  return policyId
}
