import { type Havblikk, havblikk } from './havblikk.js'
import type { World } from './world.js'

type Input = Record<string, unknown>
type Caller = 'member' | 'contact'

/** One input per mutation that is accepted, and whose it is. Later ones may build on earlier ones. */
export interface Valid {
  readonly vendor: Havblikk
  readonly inputs: Record<string, readonly [Caller, Input]>
}

const problem = (kind = 'QUESTION', facts: object[] = []) => ({ product: 'LONN', component: 'PAYSLIPS', kind, severity: 'NORMAL', facts })

/** A vendor with something in every state that a mutation starts from. */
export async function validInputs(world: World): Promise<Valid> {
  const vendor = await havblikk(world)
  const asMember = (name: string, input: Input, fields = 'id') => world.done(name, input, fields, vendor.token)
  const asContact = (name: string, input: Input, fields = 'id') => world.done(name, input, fields, vendor.karin)
  const { productId, customerId, contactId, calendarId } = vendor
  await asMember('grantUnits', { customerId, planVersionId: vendor.pack, units: 50, reason: 'To work with.' })
  const ticket = async (kind?: string) => {
    const made = await asContact('openTicket', { subject: 'S', body: 'B', problem: problem(kind), acceptCeilingUnits: kind === 'DEFECT' ? 0 : 10 }, 'id parts { id }')
    return { ticketId: made.id as string, partId: made.parts[0].id as string }
  }
  const proposed = async () => {
    const { partId } = await ticket('DEFECT')
    const { proposal } = await asMember('announceClass', { partId, facts: [{ name: 'outage', value: false }] }, 'proposal { id }')
    return { partId, decisionId: proposal.id as string }
  }
  const resolution = { cause: 'HOW_TO', finding: 'They asked how.', answer: 'Press it.' }
  const resolved = async () => {
    const { partId } = await ticket()
    await asMember('resolvePart', { partId, ...resolution })
    return { partId }
  }
  const [open, fresh, waiting, asked, answered, resolving] = [await ticket(), await ticket('DEFECT'), await ticket(), await ticket(), await ticket(), await ticket()]
  await asMember('awaitDependency', { partId: waiting.partId, reason: 'For Digdir.' })
  await asMember('reply', { ticketId: asked.ticketId, body: 'Which month?', question: true })
  const { id: messageId } = await asMember('reply', { ticketId: answered.ticketId, body: 'So.' })
  const product = await asMember('createProduct', { code: 'SPARE', name: 'Spare', description: 'Another.', turnTo: 'Elsewhere.' })
  const { id: componentId } = await asMember('createComponent', { productId: product.id, code: 'ALL', name: 'All', owner: 'OWN', description: 'All of it.' })
  const { id: dutyId } = await asMember('createDuty', { productId: product.id, code: 'DEFECT', kind: 'DEFECT', statement: 'We mend it.' })
  const { id: causeCodeId } = await asMember('createCauseCode', { code: 'SPARE', name: 'Spare', description: 'A spare one.' })
  const { id: planId } = await asMember('createPlan', { code: 'SPARE', name: 'Spare', kind: 'PACKAGE' })
  const price = { currency: 'NOK', amountMinor: 100_00, taxRateBps: 2500, interval: 'ONE_OFF', perSeat: false }
  const terms = { unit: 'INCIDENT', units: 2, termDays: 30, noticeDays: 1, summary: 'Two.', prices: [price] }
  const { id: draft } = await asMember('draftPlanVersion', { planId, ...terms })
  const { id: undraftedId } = await asMember('createPlan', { code: 'SPARE2', name: 'Spare', kind: 'PACKAGE' })
  const { id: policyId } = await asMember('createScopePolicy', { name: 'Spare', productId: product.id })
  const rules = [{
    key: 'default', condition: 'true', class: 'NOT_OFFERED', handler: 'NOBODY', payer: 'NOBODY', reason: 'Not here.', turnTo: 'Elsewhere.', example: 'Anything.',
  }]
  const policy = [
    { ...rules[0], key: 'undetermined', condition: 'cause == "UNDETERMINED" || cause == "NOT_REPRODUCIBLE"' }, rules[0],
  ]
  const { id: versionId } = await asMember('draftScopePolicy', { policyId, rules: policy })
  const { id: policyFreeId } = await asMember('createProduct', { code: 'SPARE3', name: 'Spare', description: 'Another.' })
  const { id: memberId } = await asMember('createMember', { name: 'Ola', email: 'ola@havblikk.example', roles: ['AGENT'] })
  const week = [{ day: 1, from: '08:00', to: '16:00' }]
  const shut = { overrides: [{ date: '2026-12-23', intervals: [{ from: '08:00', to: '12:00' }] }], holidays: [{ date: '2026-12-25', name: 'Christmas Day' }] }
  const page = { successUrl: 'https://x.example/ok', cancelUrl: 'https://x.example/no' }
  return {
    vendor,
    inputs: {
      signUpVendor: ['member', {
        name: 'N', handle: 'another', referencePrefix: 'AN', locale: 'nb', timeZone: 'Europe/Oslo', currency: 'NOK', memberName: 'M', memberEmail: 'm@n.example',
      }],
      updateVendor: ['member', { name: 'N', locale: 'nb', timeZone: 'Europe/Oslo' }],
      issueToken: ['member', { holderId: contactId }],
      createMember: ['member', { name: 'N', email: 'n@n.example', roles: ['AGENT'], locale: 'nb', externalId: 'm1' }],
      updateMember: ['member', { memberId, name: 'N', email: 'n2@n.example', roles: ['AGENT'], active: true }],
      createCustomer: ['member', { name: 'N', country: 'NO', locale: 'nb', consumer: false, externalId: 'c1' }],
      updateCustomer: ['member', { customerId, name: 'N', country: 'NO', locale: 'nb', active: true }],
      upsertCustomer: ['member', { externalId: 'c2', name: 'N', country: 'NO', locale: 'nb', consumer: false }],
      createContact: ['member', { customerId, name: 'N', email: 'n3@n.example', roles: ['REQUESTER'], locale: 'nb', externalId: 'p1' }],
      updateContact: ['member', { contactId, name: 'N', email: 'n4@n.example', roles: ['REQUESTER', 'APPROVER', 'BILLING'], locale: 'nb', active: true }],
      upsertContact: ['member', { externalId: 'p2', customerId, name: 'N', email: 'n5@n.example', roles: ['REQUESTER'], locale: 'nb' }],
      createProduct: ['member', {
        code: 'NEW', name: 'N', description: 'D', languages: ['nb'], channels: ['EMAIL'], exclusions: 'E', turnTo: 'T', externalId: 'x1',
      }],
      updateProduct: ['member', { productId: product.id, name: 'N', description: 'D', languages: ['nb'], channels: ['EMAIL'], exclusions: 'E', turnTo: 'T' }],
      upsertProduct: ['member', { externalId: 'x2', code: 'NEW2', name: 'N', description: 'D', languages: ['nb'], channels: ['EMAIL'], exclusions: 'E', turnTo: 'T' }],
      putProductOnSale: ['member', { productId: product.id }],
      createComponent: ['member', { productId, code: 'NEW', name: 'N', owner: 'DEPENDENCY', ownerName: 'O', description: 'D' }],
      updateComponent: ['member', { componentId, name: 'N', owner: 'DEPENDENCY', ownerName: 'O', description: 'D' }],
      createDuty: ['member', { productId, code: 'NEW', kind: 'DEFECT', statement: 'S' }],
      updateDuty: ['member', { dutyId, statement: 'S' }],
      createCauseCode: ['member', { productId, code: 'NEW', name: 'N', description: 'D' }],
      updateCauseCode: ['member', { causeCodeId, name: 'N', description: 'D' }],
      createPlan: ['member', { productId, code: 'NEW', name: 'N', kind: 'PACKAGE', turnTo: 'T' }],
      updatePlan: ['member', { planId, name: 'N', turnTo: 'T' }],
      draftPlanVersion: ['member', { planId: undraftedId, ...terms }],
      updatePlanVersion: ['member', { planVersionId: draft, ...terms }],
      publishPlanVersion: ['member', { planVersionId: draft }],
      retirePlanVersion: ['member', { planVersionId: draft }],
      createCalendar: ['member', { name: 'New', timeZone: 'Europe/Oslo', weekly: week, ...shut }],
      updateCalendar: ['member', { calendarId, name: 'New2', timeZone: 'Europe/Oslo', weekly: week, ...shut }],
      setPromises: ['member', { dutyId, promises: [{ severity: 'HIGH', metric: 'FIRST_RESPONSE', minutes: 60, calendarId, kind: 'TARGET' }] }],
      createScopePolicy: ['member', { name: 'N', productId: policyFreeId }],
      publishScopePolicy: ['member', { versionId }],
      draftScopePolicy: ['member', {
        policyId, rules: [{ ...rules[0], charge: { unit: 'INCIDENT', units: 1 }, payer: 'CUSTOMER', class: 'SUPPORT', handler: 'VENDOR', dutyCode: 'DEFECT' }],
      }],
      buyPlan: ['contact', { planVersionId: vendor.pack, currency: 'NOK', quantity: 1, ...page }],
      grantUnits: ['member', { customerId, planVersionId: vendor.pack, units: 1, reason: 'R' }],
      requestQuote: ['member', { contactId, problem: problem('QUESTION', [{ name: 'regression', value: false }]), currency: 'NOK' }],
      openTicket: ['member', { subject: 'S', body: 'B', problem: problem(), acceptCeilingUnits: 0, contactId, externalId: 't1' }],
      stateFacts: ['member', { partId: open.partId, facts: [{ name: 'outage', value: true }] }],
      announceClass: ['member', { partId: fresh.partId, facts: [{ name: 'outage', value: false }], message: 'M' }],
      acceptProposal: ['contact', await proposed()],
      declineProposal: ['contact', { ...(await proposed()), reason: 'R' }],
      splitPart: ['member', { partId: open.partId, title: 'T', componentId: vendor.components.DEPENDENCY }],
      awaitDependency: ['member', { partId: open.partId, reason: 'R' }],
      dependencyAnswered: ['member', { partId: waiting.partId }],
      resolvePart: ['member', { partId: resolving.partId, ...resolution, workStartedAt: world.clock.now().toISOString(), waive: false }],
      confirmResolution: ['contact', await resolved()],
      doubtResolution: ['contact', { ...(await resolved()), reason: 'R' }],
      reply: ['member', { ticketId: open.ticketId, body: 'B', visibility: 'PUBLIC', question: false, receipt: false }],
      needNothing: ['contact', { ticketId: asked.ticketId }],
      notAnAnswer: ['contact', { messageId }],
      assignTicket: ['member', { ticketId: open.ticketId, memberId }],
      retireProduct: ['member', { productId: product.id }],
    },
  }
}
