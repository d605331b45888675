import { afterAll, beforeAll, it } from 'vitest'
import { type Havblikk, havblikk } from './support/havblikk.js'
import { openWorld, type World } from './support/world.js'
let w: World, v: Havblikk
const J = (x: unknown) => JSON.stringify(x)?.slice(0, 500)
const out = (name: string, x: unknown) => console.log(`## ${name}: ${J(x)}`)
const problem = (kind = 'QUESTION') => ({ product: 'LONN', component: 'PAYSLIPS', kind, severity: 'NORMAL' })
beforeAll(async () => { w = await openWorld(); v = await havblikk(w, 'ours') })
afterAll(() => w.close().catch((e) => console.log('## close', String(e).slice(0, 300))))
const m = (n: string, i: any, f = 'id') => w.done(n, i, f, v.token)
const doc = `query ($i: PreviewTicketInput!) { previewTicket(input: $i) { __typename ... on Preview { ways { text price { grossMinor } } } ... on Refusal { code message } } }`
it('big price', async () => {
  const { id: planId } = await m('createPlan', { code: 'BIG', name: 'Big', kind: 'PACKAGE' })
  const { id } = await m('draftPlanVersion', { planId, unit: 'INCIDENT', units: 1, summary: 'x', prices: [{ currency: 'EUR', amountMinor: 2_000_000_000, taxRateBps: 10_000, interval: 'ONE_OFF' }] })
  await m('publishPlanVersion', { planVersionId: id })
  out('preview', await w.ask(doc, { i: { vendor: 'ours', currency: 'EUR', problem: problem() } }))
  out('quote', await w.ask(`mutation { requestQuote(input: { idempotencyKey: "a", currency: "EUR", problem: { product: "LONN", component: "PAYSLIPS", kind: QUESTION, severity: NORMAL } }) { __typename ... on Quote { id price { grossMinor } } ... on Refusal { message } } }`, {}, v.karin))
  out('buy', await w.mutate('buyPlan', { planVersionId: id, currency: 'EUR', quantity: 100, successUrl: 'https://x.example/', cancelUrl: 'https://x.example/' }, 'id state price { gross { amountMinor } }', v.karin).catch(String))
})
it('starvation', async () => {
  for (let i = 0; i < 100; i++) await w.done('openTicket', { subject: `S${i}`, body: 'B', problem: problem('DEFECT'), acceptCeilingUnits: 0 }, 'id', v.karin)
  const heavy = `{ tickets(first: 100) { edges { node { ${Array.from({ length: 44 }, (_, i) => `m${i}: messages(first: 1) { totalCount }`).join(' ')} } } } }`
  let t = performance.now(); const h = Array.from({ length: 30 }, () => w.ask(heavy, {}, v.karin).then((r) => r.errors?.[0]?.message ?? 'ok', String))
  await new Promise((r) => setTimeout(r, 300))
  const light = []
  for (let i = 0; i < 5; i++) { const t2 = performance.now(); const r = await w.ask('{ vendor { name } }', {}, v.token); light.push([Math.round(performance.now() - t2), r.errors?.[0]?.message?.slice(0, 60)]) }
  out('light beside 30 heavy', light); const all = await Promise.all(h); out(`30 heavy took ${Math.round(performance.now() - t)}`, Object.entries(Object.groupBy(all, (x) => x.slice(0, 80))).map(([k, l]) => [k, l!.length]))
}, 100_000)
it('sign-up flood', async () => {
  const t = performance.now(); await Promise.all(Array.from({ length: 300 }, (_, i) => w.signUp(`flood${i}`))); out(`300 vendors`, Math.round(performance.now() - t))
})
it('member opens for the customer and takes its units', async () => {
  await m('grantUnits', { customerId: v.customerId, planVersionId: v.pack, units: 5, reason: 'x' })
  const { id: reviewer } = await m('createMember', { name: 'R', email: 'r@x.example', roles: ['REVIEWER'] })
  const { token } = await m('issueToken', { holderId: reviewer }, 'token')
  const t = await w.mutate('openTicket', { subject: 'S', body: 'B', problem: problem(), acceptCeilingUnits: 10, contactId: v.contactId }, 'id parts { id classAnnouncedAt ceiling { incidents } }', token); out('reviewer opens', t)
  if (t.parts) { out('resolve', await w.mutate('resolvePart', { partId: t.parts[0].id, cause: 'HOW_TO', finding: 'x', answer: 'x' }, 'id chargeUnits confirmBy', v.token)); await w.advance(30 * 86400000); out('after window', (await w.ask(`{ node(id:"${t.parts[0].id}") { ... on Part { state chargeUnits closedBy } } agreements { edges { node { lots { edges { node { used } } } } } } }`, {}, v.karin)).data ?? 0) }
})
it('other verbs by roles that should not', async () => {
  const roles: Record<string, string> = {}
  for (const r of ['AGENT', 'CATALOG', 'BILLING', 'REVIEWER']) { const { id } = await m('createMember', { name: r, email: `${r}@y.example`, roles: [r] }); roles[r] = (await m('issueToken', { holderId: id }, 'token')).token }
  for (const r of ['REQUESTER', 'APPROVER', 'BILLING', 'SECURITY', 'ADMIN']) { const { id } = await m('createContact', { customerId: v.customerId, name: r, email: `${r}@z.example`, roles: [r] }); roles['c' + r] = (await m('issueToken', { holderId: id }, 'token')).token }
  const fields = Object.keys(w.app.schema.getMutationType()!.getFields())
  for (const [r, t] of Object.entries(roles)) {
    const may: string[] = []
    for (const f of fields) { const type = `${f[0]!.toUpperCase()}${f.slice(1)}Input`; const rr = await w.ask(`mutation($i: ${type}!) { ${f}(input: $i) { __typename } }`, { i: {} }, t); void rr }
    for (const f of fields) { const perm = (w.app.schema.getMutationType()!.getFields()[f] as any)?.extensions; void perm }
    out(r, may.length)
  }
})
