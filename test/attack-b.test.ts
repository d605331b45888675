import { afterAll, beforeAll, it } from 'vitest'
import { type Havblikk, havblikk } from './support/havblikk.js'
import { openWorld, type World } from './support/world.js'
let w: World, v: Havblikk
const J = (x: unknown) => JSON.stringify(x)?.slice(0, 400)
const out = (name: string, x: unknown) => console.log(`## ${name}: ${J(x)}`)
const timed = async <T,>(name: string, f: () => Promise<T>): Promise<T> => { const t = performance.now(); let r: any; try { r = await f() } catch (e) { r = String(e) } ; console.log(`## ${name}: ${Math.round(performance.now() - t)} ms -> ${J(r)}`); return r }
beforeAll(async () => { w = await openWorld(); v = await havblikk(w, 'ours') })
afterAll(() => w.close())
const m = (n: string, i: any, f = 'id') => w.mutate(n, i, f, v.token)

const bools = ['customerChange', 'regression', 'dataLoss', 'reinstall', 'versionSupported', 'customised', 'outage', 'checkFailed', 'knownFix', 'claimsDefect', 'hasAgreement', 'consumer', 'onboarding']
// random 3-SAT-like clause rules
let seed = 7; const rnd = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff
const ints = (k: number) => `affectedUsers in [${Array.from({ length: k }, (_, i) => i * 3 + Math.floor(rnd() * 3)).join(',')}]`
const lit = () => { const b = bools[Math.floor(rnd() * bools.length)]!; return rnd() < 0.5 ? b : `!${b}` }
const rules = (charge: boolean) => {
  const list = Array.from({ length: 199 }, (_, i) => {
    const parts = Array.from({ length: 7 }, () => `(${lit()} && ${lit()} && ${lit()} && ${lit()})`)
    let c = parts.join(' || '); while (c.length > 480) { parts.pop(); c = parts.join(' || ') }
    return { key: `r${i}`, condition: c, class: charge ? 'SUPPORT' : 'NOT_OFFERED', handler: charge ? 'VENDOR' : 'NOBODY', payer: charge ? 'CUSTOMER' : 'NOBODY', reason: 'x', turnTo: 'y', ...(charge ? { charge: { unit: 'INCIDENT', units: 1 } } : {}) }
  })
  return [...list, { key: 'default', condition: 'true', class: 'NOT_OFFERED', handler: 'NOBODY', payer: 'NOBODY', reason: 'x', turnTo: 'y' }]
}
// hard for the splitter: many int literals
const hard = () => {
  const names = bools
  const list = Array.from({ length: 199 }, (_, i) => {
    const xs = names.filter((_, k) => ((i + 1) * 7919 >> k) & 1)
    const clause = names.map((n, k) => ((i * 2654435761 >>> k) & 1 ? n : `!${n}`)).slice(0, 13).join(' && ')
    return { key: `r${i}`, condition: `${clause} && affectedUsers > ${i * 5} && ${ints(40)}`.slice(0, 10000), class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 1 }, reason: 'x', _x: xs.length }
  }).map(({ _x, ...r }) => r)
  return [...list, { key: 'default', condition: 'true', class: 'NOT_OFFERED', handler: 'NOBODY', payer: 'NOBODY', reason: 'x', turnTo: 'y' }]
}
it('lint', async () => {
  const policies: string[] = []
  for (const [name, make] of [['random', () => rules(true)], ['hard', hard]] as const) {
    const { id: pid } = await m('createProduct', { code: `P${name}`, name, description: 'x' })
    const { id } = await m('createScopePolicy', { name, productId: pid }); policies.push(id)
    const d = await timed(`draft ${name}`, () => m('draftScopePolicy', { policyId: id, rules: make() }))
    for (let i = 0; i < 3; i++) await m('draftScopePolicy', { policyId: id, rules: make() })
    const d2 = await m('draftScopePolicy', { policyId: id, rules: make() })
    const lag = setInterval(() => 0, 5)
    await timed(`problems ${name}`, async () => { const r = await w.ask(`{ node(id:"${d2.id}") { ... on ScopePolicyVersion { problems { code } } } }`, {}, v.token); return [r.data?.node?.problems?.length ?? r] })
    await timed(`problems x5 of versions ${name}`, async () => { const r = await w.ask(`{ node(id:"${id}") { ... on ScopePolicy { versions { edges { node { problems { code } } } } } } }`, {}, v.token); return r.errors ?? r.data.node.versions.edges.length })
    await timed(`publish ${name}`, async () => (await m('publishScopePolicy', { versionId: d2.id })).__typename)
    clearInterval(lag)
    void d
  }
}, 300_000)

it('calendars', async () => {
  const weekly = Array.from({ length: 168 }, (_, i) => ({ day: 1 + (i % 7), from: `${String(Math.floor(i / 7)).padStart(2, '0')}:00`, to: `${String(Math.floor(i / 7)).padStart(2, '0')}:01` }))
  await timed('168', () => m('createCalendar', { name: 'c168', timeZone: 'Europe/Oslo', weekly }, 'id isOpenNow opensNextAt'))
  const one = await timed('one minute a week', () => m('createCalendar', { name: 'c1', timeZone: 'Africa/Casablanca', weekly: [{ day: 1, from: '08:00', to: '08:01' }] }, 'id isOpenNow opensNextAt'))
  const overrides = Array.from({ length: 700 }, (_, i) => ({ date: new Date(Date.UTC(2026, 2, 2) + i * 86400000).toISOString().slice(0, 10), intervals: [] }))
  await timed('mostly closed', () => m('createCalendar', { name: 'c2', timeZone: 'Africa/Casablanca', weekly: [{ day: 1, from: '08:00', to: '08:01' }], overrides }, 'id isOpenNow opensNextAt'))
  const big = Array.from({ length: 100 }, (_, i) => ({ date: new Date(Date.UTC(2026, 2, 2) + i * 86400000).toISOString().slice(0, 10), intervals: Array.from({ length: 24 }, (_, h) => ({ from: `${String(h).padStart(2, '0')}:00`, to: `${String(h).padStart(2, '0')}:01` })) }))
  await timed('big overrides', () => m('createCalendar', { name: 'c3', timeZone: 'Africa/Casablanca', weekly, overrides: big }, 'id'))
  const duty = await m('createDuty', { productId: v.productId, code: 'DD', kind: 'DEFECT', statement: 'x' })
  await timed('promise a year by one minute a week', () => m('setPromises', { dutyId: duty.id, promises: [{ metric: 'RESOLUTION', minutes: 525600, calendarId: one.id, kind: 'TARGET' }] }, '__typename'))
  await timed('promise 3000 by one minute a week', () => m('setPromises', { dutyId: duty.id, promises: [{ metric: 'RESOLUTION', minutes: 3000, calendarId: one.id, kind: 'TARGET' }] }, '__typename'))
  for (const z of ['europe/OSLO', 'EUROPE/oslo', '+02:00', 'Etc/GMT+12', 'SystemV/AST4', 'Etc/GMT-14', 'UTC', 'EST', '../../etc/passwd']) await timed(`zone ${z}`, () => m('createCalendar', { name: `z${z}`, timeZone: z, weekly: [{ day: 1, from: '08:00', to: '09:00' }] }, 'id timeZone isOpenNow'))
}, 120_000)

it('regexes and big inputs', async () => {
  const big = 200_000
  const strings: Record<string, string> = { a: 'a'.repeat(big), at: `${'a'.repeat(big)}@`, dots: 'a.'.repeat(big / 2), dash: 'a-'.repeat(big / 2), quoted: `"${'\\"'.repeat(big / 4)}`, mail: `${'a.'.repeat(60)}@${'a-'.repeat(30)}.${'b.'.repeat(60)}`, mail2: `x@${'a-a.'.repeat(40_000)}`, mail3: `x@${'a'.repeat(big)}.`, u: 'x-' + 'u-'.repeat(big / 2), num: '1'.repeat(big) }
  for (const [n, s] of Object.entries(strings)) {
    await timed(`email ${n}`, async () => (await w.ask('mutation($i: CreateMemberInput!){ createMember(input:$i){ __typename } }', { i: { idempotencyKey: 'x', name: 'x', email: s, roles: ['AGENT'] } }, v.token)).errors?.[0]?.message.slice(0, 60))
    await timed(`locale ${n}`, async () => (await w.ask('mutation($i: CreateMemberInput!){ createMember(input:$i){ __typename } }', { i: { idempotencyKey: 'x', name: 'x', email: 'q@x.no', locale: s, roles: ['AGENT'] } }, v.token)).errors?.[0]?.message.slice(0, 60))
    await timed(`zone ${n}`, async () => (await w.ask('mutation($i: UpdateVendorInput!){ updateVendor(input:$i){ __typename } }', { i: { idempotencyKey: 'x', timeZone: s } }, v.token)).errors?.[0]?.message.slice(0, 60))
    await timed(`date ${n}`, async () => (await w.ask('mutation($i: ResolvePartInput!){ resolvePart(input:$i){ __typename } }', { i: { idempotencyKey: 'x', partId: v.productId, cause: 'x', finding: 'x', answer: 'x', workStartedAt: s } }, v.token)).errors?.[0]?.message.slice(0, 60))
    await timed(`idArg ${n}`, async () => (await w.ask('query($i: ID!){ ticket(id:$i){ __typename } }', { i: 'tkt_' + s }, v.token)).errors?.[0]?.message.slice(0, 60))
    await timed(`node ${n}`, async () => (await w.ask('query($i: ID!){ node(id:$i){ __typename } }', { i: s + '_' + s.slice(0, 10) }, v.token)).errors?.[0]?.message.slice(0, 60))
    await timed(`cursor ${n}`, async () => (await w.ask('query($i: String!){ tickets(after:$i){ __typename } }', { i: s }, v.token)).errors?.[0]?.message.slice(0, 60))
  }
  await timed('deep json var', async () => { const r = await fetch(`${w.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"query":"query($i:PreviewTicketInput!){previewTicket(input:$i){__typename}}","variables":{"i":${'['.repeat(120_000)}${']'.repeat(120_000)}}}` }); return [r.status, (await r.text()).slice(0, 200)] })
  await timed('deep json obj', async () => { const r = await fetch(`${w.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"query":"query($i:PreviewTicketInput!){previewTicket(input:$i){__typename}}","variables":{"i":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}}` }); return [r.status, (await r.text()).slice(0, 200)] })
  await timed('deep factvalue', async () => { const r = await fetch(`${w.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"query":"query($i:FactValue!){previewTicket(input:{vendor:\\"ours\\",problem:{product:\\"LONN\\",kind:DEFECT,severity:LOW,facts:[{name:\\"x\\",value:$i}]}}){__typename}}","variables":{"i":${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}}}` }); return [r.status, (await r.text()).slice(0, 200)] })
  await timed('many variables', async () => { const vars = Object.fromEntries(Array.from({ length: 20000 }, (_, i) => [`v${i}`, 1])); return (await w.ask('{ __typename }', vars)).status })
}, 120_000)

it('documents', async () => {
  const f = 'a '.repeat(2400)
  const docs: Record<string, string> = {
    unusedFragment: `{ __typename } fragment F on Query { ${'vendor{id}'.repeat(800)} }`,
    manyFragments: `{ __typename } ${Array.from({ length: 400 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} }`).join(' ')} fragment F400 on Query { __typename }`,
    fragmentsInFragments: `{ ...A0 } ${Array.from({ length: 60 }, (_, i) => `fragment A${i} on Query { ${`...A${i + 1} `.repeat(8)} }`).join(' ')} fragment A60 on Query { __typename }`,
    overlap: `{ ${Array.from({ length: 240 }, (_, i) => `...F${i}`).join(' ')} } ${Array.from({ length: 240 }, (_, i) => `fragment F${i} on Query { vendor { id name handle } }`).join(' ')}`,
    overlapCross: `{ ${Array.from({ length: 150 }, (_, i) => `...F${i}`).join(' ')} } ${Array.from({ length: 150 }, (_, i) => `fragment F${i} on Query { ...F${(i + 1) % 150 ? i + 1 : 149 - 1} vendor { id ...V${i} } } fragment V${i} on Vendor { id }`).join(' ')}`,
    unusedSame: `{ __typename } fragment F on Query { ${'a '.repeat(2000)} }`,
    inline: `{ ${'... on Query { '.repeat(28)} __typename ${'}'.repeat(28)} }`,
    inlineWide: `{ __typename } fragment F on Query { ${'...{a}'.repeat(800)} }`,
    typenames: `{ ${'__typename '.repeat(990)} }`,
    variables: `query(${Array.from({ length: 800 }, (_, i) => `$v${i}:Int`).join(' ')}) { __typename }`,
    errorsBig: `{ ${Array.from({ length: 900 }, (_, i) => `x${i}`).join(' ')} }`,
    introspection: `{ __schema { types { name fields { name type { name ofType { name ofType { name fields { name type { name fields { name } } } } } } } } } }`,
    introspection2: `{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }`,
    introspection3: `{ __schema { types { possibleTypes { interfaces { possibleTypes { interfaces { possibleTypes { fields { name args { name } } } } } } } } } }`,
    introspection4: `{ __schema { types { fields { type { ofType { ofType { fields { type { ofType { ofType { fields { type { name ofType { name } } } } } } } } } } } } } }`,
  }
  for (const [n, d] of Object.entries(docs)) await timed(`doc ${n} (${d.length})`, async () => { const r = await fetch(`${w.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: d }) }); const t = await r.text(); return [r.status, t.length, t.slice(0, 160)] })
  void f
}, 200_000)
