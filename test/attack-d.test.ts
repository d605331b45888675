import { readFileSync } from 'node:fs'
import { createHmac } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, it } from 'vitest'
import { type Havblikk, havblikk } from './support/havblikk.js'
import { openWorld, type World } from './support/world.js'
let w: World, v: Havblikk
const J = (x: unknown) => JSON.stringify(x)?.slice(0, 500)
const out = (name: string, x: unknown) => console.log(`## ${name}: ${J(x)}`)
const problem = (kind = 'QUESTION') => ({ product: 'LONN', component: 'PAYSLIPS', kind, severity: 'NORMAL' })
beforeAll(async () => { w = await openWorld(); v = await havblikk(w, 'ours') })
afterAll(() => w.close().catch((e) => console.log('## close', String(e).slice(0, 300))))
const tally = (rs: any[]) => Object.entries(Object.groupBy(rs, (r: any) => r.__typename ?? String(r).slice(0, 60))).map(([k, l]) => `${k}×${l!.length}`).join(' ')
const m = (n: string, i: any, f = 'id') => w.done(n, i, f, v.token)

it('races', async () => {
  await m('grantUnits', { customerId: v.customerId, planVersionId: v.pack, units: 3, reason: 'x' })
  const open = () => w.mutate('openTicket', { subject: 'S', body: 'B', problem: problem(), acceptCeilingUnits: 10 }, 'id parts { id }', v.karin).catch(String)
  const opened: any[] = await Promise.all(Array.from({ length: 12 }, open))
  out('open 12 with 3 units', tally(opened))
  const one = opened.find((r) => r.__typename === 'Ticket')
  await m('resolvePart', { partId: one.parts[0].id, cause: 'HOW_TO', finding: 'x', answer: 'x' })
  out('confirm ×5 + doubt ×5', tally(await Promise.all(Array.from({ length: 10 }, (_, i) => w.mutate(i % 2 ? 'confirmResolution' : 'doubtResolution', { partId: one.parts[0].id, ...(i % 2 ? {} : { reason: 'x' }) }, 'id', v.karin).catch(String)))))
  out('units', (await w.ask(`{ agreements { edges { node { available { units } lots { edges { node { issued available reserved used } } } } } } }`, {}, v.karin)).data.agreements.edges)
  // proposals
  await m('grantUnits', { customerId: v.customerId, planVersionId: v.pack, units: 2, reason: 'x' })
  const d = await w.done('openTicket', { subject: 'S', body: 'B', problem: problem('DEFECT'), acceptCeilingUnits: 0 }, 'id parts { id }', v.karin)
  const p = await m('announceClass', { partId: d.parts[0].id, facts: [{ name: 'outage', value: false }] }, 'proposal { id }')
  out('accept/decline at once', tally(await Promise.all(Array.from({ length: 10 }, (_, i) => w.mutate(i % 2 ? 'acceptProposal' : 'declineProposal', { partId: d.parts[0].id, decisionId: p.proposal?.id }, 'id state', v.karin).catch(String)))))
  const q = await w.done('requestQuote', { problem: problem() }, 'id', v.karin)
  out('quote used by 8', tally(await Promise.all(Array.from({ length: 8 }, () => w.mutate('openTicket', { subject: 'S', body: 'B', quoteId: q.id }, 'id', v.karin).catch(String)))))
  out('same key 6×', tally(await Promise.all(Array.from({ length: 6 }, () => w.mutate('openTicket', { idempotencyKey: 'kk', subject: 'S', body: 'B', problem: problem('DEFECT'), acceptCeilingUnits: 0 }, 'id', v.karin).catch(String)))))
}, 60_000)

it('pool: many callers at once', async () => {
  const t = performance.now()
  const rs = await Promise.all(Array.from({ length: 400 }, () => w.ask('{ viewer { ... on Contact { id customer { name } } } tickets { edges { node { id } } } }', {}, v.karin).then((r) => (r.errors ? 'E:' + r.errors[0]!.message.slice(0, 40) : 'ok'), String)))
  out(`400 at once ${Math.round(performance.now() - t)} ms`, Object.entries(Object.groupBy(rs, (x) => x)).map(([k, l]) => [k, l!.length]))
}, 60_000)

it('statements per request', async () => {
  for (let i = 0; i < 100; i++) await w.done('openTicket', { subject: `S${i}`, body: 'B', problem: problem('DEFECT'), acceptCeilingUnits: 0 }, 'id', v.karin)
  const doc = `{ tickets(first: 100) { edges { node { ${Array.from({ length: 44 }, (_, i) => `m${i}: messages(first: 1) { totalCount }`).join(' ')} } } } }`
  let t = performance.now(); let r: any = await w.ask(doc, {}, v.karin); out(`messages ×44 of 100 tickets ${Math.round(performance.now() - t)} ms`, [r.extensions, r.errors?.[0]?.message])
  const doc2 = `{ tickets(first: 100) { edges { node { ${Array.from({ length: 22 }, (_, i) => `m${i}: timeline(first: 1) { totalCount edges { node { sentence } } }`).join(' ')} } } } }`
  t = performance.now(); r = await w.ask(doc2, {}, v.karin); out(`timeline ×22 of 100 tickets ${Math.round(performance.now() - t)} ms`, [r.extensions, r.errors?.[0]?.message])
  const doc3 = `{ tickets(first: 100) { edges { node { parts { clocks { spentMinutes remainingMinutes ${Array.from({ length: 40 }, (_, i) => `e${i}: explanation(timeZone:"Europe/Oslo") { sentence }`).join(' ')} } } } } } }`
  t = performance.now(); r = await w.ask(doc3, {}, v.karin); out(`explanations ${Math.round(performance.now() - t)} ms`, [r.extensions, r.errors?.[0]?.message])
  const doc4 = `{ tickets(first: 30) { edges { node { parts { clocks { ${Array.from({ length: 20 }, (_, i) => `e${i}: explanation(timeZone:"Europe/Oslo") { sentence }`).join(' ')} } } } } } }`
  t = performance.now(); r = await w.ask(doc4, {}, v.karin); out(`explanations fewer ${Math.round(performance.now() - t)} ms`, [r.extensions, r.errors?.[0]?.message])
  const doc5 = `{ tickets(first: 100) { edges { node { parts { clocks { spentMinutes remainingMinutes ${Array.from({ length: 40 }, (_, i) => `s${i}: spentMinutes`).join(' ')} } } } } } }`
  t = performance.now(); r = await w.ask(doc5, {}, v.karin); out(`spent ${Math.round(performance.now() - t)} ms`, [r.extensions, r.errors?.[0]?.message])
}, 120_000)

it('prepared statements', async () => {
  const su = postgres(w.db.superuserUrl, { max: 1, onnotice: () => undefined })
  const rss = async () => {
    const rows = await su`select pid from pg_stat_activity where datname = current_database() and application_name = 'demarc'`
    return rows.map((r) => { try { return Math.round(Number(/^Private_Dirty:\s+(\d+)/m.exec(readFileSync(`/proc/${r.pid}/smaps_rollup`, 'utf8'))![1]) / 1024) } catch { return -1 } })
  }
  out('before MB', await rss()); out('heap', Math.round(process.memoryUsage().heapUsed / 1e6))
  const { id: pid } = await m('createProduct', { code: `PP`, name: 'x', description: 'x' }); const { id } = await m('createScopePolicy', { name: 'x', productId: pid })
  for (let n = 1; n <= 200; n++) await m('draftScopePolicy', { policyId: id, rules: Array.from({ length: n }, (_, i) => ({ key: `r${i}`, condition: 'true', class: 'SUPPORT', handler: 'VENDOR', payer: 'NOBODY' })) })
  out('after 200 lengths of rules MB', await rss())
  for (let n = 1; n <= 100; n++) await w.ask(`{ tickets(first: ${n}) { edges { node { customer { id } contact { id } product { id } parts { id component { id } decision { id duty { id } policyVersion { id } } decisions { id } facts { name } clocks { id spentMinutes } agreement { id } } } } } }`, {}, v.token)
  out('after 100 lengths of pages MB', await rss()); out('heap', Math.round(process.memoryUsage().heapUsed / 1e6))
  await su.end()
}, 200_000)

it('webhook', async () => {
  const body = JSON.stringify({ id: 'evt_1', object: 'event', type: 'checkout.session.completed', data: { object: { id: 'cs_test_x' } } })
  const send = async (headers: any, b = body) => { const r = await fetch(`${w.url}/stripe/webhook`, { method: 'POST', headers, body: b }); return [r.status, await r.text()] }
  const t = Math.floor(Date.now() / 1000)
  const sig = (s: string, at = t, b = body) => `t=${at},v1=${createHmac('sha256', s).update(`${at}.${b}`).digest('hex')}`
  out('no sig', await send({})); out('wrong', await send({ 'stripe-signature': sig('x') })); out('old', await send({ 'stripe-signature': sig('whsec_world', t - 600) })); out('future', await send({ 'stripe-signature': sig('whsec_world', t + 100000) }))
  out('v0', await send({ 'stripe-signature': sig('whsec_world').replace('v1', 'v0') })); out('good', await send({ 'stripe-signature': sig('whsec_world') }))
  const b2 = body.replace('cs_test_x', '../customers').replace('evt_1', 'evt_2'); out('path in id', await send({ 'stripe-signature': sig('whsec_world', t, b2) }, b2))
  const b3 = JSON.stringify({ id: 'evt_3', object: 'event', type: 'constructor', data: { object: { id: 'x' } } }); out('type constructor', await send({ 'stripe-signature': sig('whsec_world', t, b3) }, b3))
  await w.settle().catch((e) => out('settle', String(e)))
}, 30_000)

it('sandbox: success url that cannot be a header', async () => {
  for (const u of ['https://x.example/ok✓?s={CHECKOUT_SESSION_ID}', 'https://x.example/a\r\nSet-Cookie: a=b', 'https://x.example/a\tb', 'https://user:pw@x.example/', 'https://x.example/;script-src *', 'https://[::1]/', 'http://x.example:99999/']) {
    const b = await w.mutate('buyPlan', { planVersionId: v.pack, currency: 'NOK', quantity: 1, successUrl: u, cancelUrl: u }, 'id checkoutUrl', v.karin).catch((e) => ({ e: String(e).slice(0, 200) }) as any)
    out(`buy ${JSON.stringify(u)}`, b)
    if (b.checkoutUrl) {
      const g = await fetch(b.checkoutUrl).catch((e) => ({ status: String(e), headers: new Headers() })); out('  page', [g.status, g.headers.get('content-security-policy')?.slice(-120)])
      const r = await Promise.race([fetch(b.checkoutUrl, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ card_number: '4242424242424242' }) }).then((x) => [x.status, x.headers.get('location')], (e) => ['failed', String(e.cause ?? e)]), new Promise((r) => setTimeout(r, 3000, 'hangs'))]); out('  paid', r)
    }
  }
  await w.settle().catch((e) => out('settle', String(e)))
}, 30_000)
