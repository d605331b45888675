import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendOnly, deletable } from '../src/access.js'
import { openWorld, type World } from './support/world.js'

let world: World
let catalogue: postgres.Sql
let app: postgres.Sql
let jobs: postgres.Sql
let tables: { name: string; tenant: boolean }[]
const only = { max: 1, onnotice: () => undefined }
beforeAll(async () => {
  world = await openWorld()
  catalogue = postgres(world.db.superuserUrl, only)
  app = postgres(world.db.appUrl, only)
  jobs = postgres(world.db.jobsUrl, only)
  tables = await catalogue`select c.relname as name, exists (select from pg_attribute a
      where a.attrelid = c.oid and a.attname = 'vendor_id' and not a.attisdropped) and not starts_with(c.relname, 'platform_') as tenant
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`
})
afterAll(async () => {
  await Promise.all([catalogue, app, jobs].map((sql) => sql.end()))
  await world.close()
})

const tenants = () => tables.filter((t) => t.tenant).map((t) => t.name)
const denied = { code: '42501' }

describe('T1 row security', () => {
  it('T1 stands, forced, around every table of the vendors, for every command, reading and writing', async () => {
    const rows = await catalogue`select c.relname as table, c.relrowsecurity and c.relforcerowsecurity as forced,
        (select json_agg(json_build_object('all', p.polcmd = '*', 'permissive', p.polpermissive, 'everybody', p.polroles = '{0}',
          'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))) from pg_policy p where p.polrelid = c.oid) as policies
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname in ${catalogue(tenants())}`
    expect(rows.length).toBeGreaterThan(10)
    const mine = "(vendor_id = (NULLIF(current_setting('app.vendor_id'::text, true), ''::text))::uuid)"
    for (const row of rows) {
      expect({ ...row }).toEqual({
        table: row.table, forced: true, policies: [{ all: true, permissive: true, everybody: true, using: mine, check: mine }],
      })
    }
  })

  it('T1 without a vendor every one of them is empty and refuses rows, for the application and for the owner of the tables', async () => {
    await world.signUp()
    const owner = postgres(world.db.ownerUrl, only)
    for (const table of tenants()) {
      for (const sql of [app, owner]) expect((await sql`select count(*)::int as n from ${sql(table)}`)[0]).toEqual({ n: 0 })
      await expect(app`insert into ${app(table)} (vendor_id) values (gen_random_uuid())`).rejects.toMatchObject(denied)
    }
    await owner.end()
  })

  it('T1 inside one vendor neither reading, writing nor moving a row reaches another', async () => {
    const [one, other] = [await world.signUp(), await world.signUp()]
    const uuids = await catalogue<{ id: string; handle: string }[]>`select id, handle from vendor where handle in (${one.handle}, ${other.handle})`
    const idOf = (handle: string) => uuids.find((u) => u.handle === handle)!.id
    await app.begin(async (tx) => {
      await tx`select set_config('app.vendor_id', ${idOf(one.handle)}, true)`
      expect((await tx`select handle from vendor`).map((v) => v.handle)).toEqual([one.handle])
      expect((await tx`update vendor set name = 'taken' where id = ${idOf(other.handle)}`).count).toBe(0)
      await expect(tx.savepoint((s) => s`update member set vendor_id = ${idOf(other.handle)}`)).rejects.toMatchObject(denied)
      await expect(tx.savepoint((s) => s`insert into counter (vendor_id, name, last) values (${idOf(other.handle)}, 'x', 1)`)).rejects.toMatchObject(denied)
    })
  })
})

describe('T2 logins', () => {
  it('T2 application and jobs are plain logins: no superuser, nothing bypassed, nothing created, member of nothing', async () => {
    const rows = await catalogue`select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as mighty,
        exists (select from pg_auth_members m where m.member = r.oid) as member
      from pg_roles r where rolname in (${loginOf(world.db.appUrl)}, ${loginOf(world.db.jobsUrl)})`
    expect(rows.map((r) => ({ ...r }))).toEqual([{ mighty: false, member: false }, { mighty: false, member: false }])
  })

  it('T2 the application owns nothing, jobs own their queue and nothing else', async () => {
    const owned = (login: string) => catalogue`select n.nspname as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where pg_get_userbyid(c.relowner) = ${login} and n.nspname <> 'pg_toast' union select nspname from pg_namespace where pg_get_userbyid(nspowner) = ${login}
      union select n.nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where pg_get_userbyid(p.proowner) = ${login}`
    expect(await owned(loginOf(world.db.appUrl))).toHaveLength(0)
    expect((await owned(loginOf(world.db.jobsUrl))).map((o) => o.schema)).toEqual(['graphile_worker'])
  })

  it('T2 neither can create, and nobody else has rights on the schema', async () => {
    for (const sql of [app, jobs]) {
      await expect(sql`create table mine (a int)`).rejects.toMatchObject(denied)
      await expect(sql`create schema mine`).rejects.toMatchObject(denied)
      await expect(sql`create extension hstore`).rejects.toThrow()
    }
    for (const { name } of tables) await expect(app`alter table ${app(name)} disable row level security`).rejects.toMatchObject(denied)
    await expect(app`select * from graphile_worker.jobs`).rejects.toMatchObject(denied)
    expect(await catalogue`select grantee from information_schema.table_privileges where table_schema = 'public' and grantee = 'PUBLIC'`).toHaveLength(0)
  })

  const rightsOf = async (login: string) => {
    const rows = await catalogue`select table_name as name, string_agg(lower(privilege_type), ' ' order by privilege_type) as rights
      from information_schema.table_privileges where table_schema = 'public' and grantee = ${login} group by 1 order by 1`
    return Object.fromEntries(rows.map((r) => [r.name, r.rights]))
  }

  it('T2 jobs lock, read and empty the outbox and lease timers; nothing else', async () => {
    expect(await rightsOf(loginOf(world.db.jobsUrl))).toEqual({ platform_outbox: 'delete select update', platform_timer: 'select update' })
  })

  it('T2 the application adds and reads, changes what may change, takes away what is named, and never truncates', async () => {
    const rights = await rightsOf(loginOf(world.db.appUrl))
    for (const { name } of tables.filter((t) => t.tenant || t.name.startsWith('platform_'))) {
      const expected = name === 'platform_outbox' ? ['insert']
        : [deletable.includes(name) && 'delete', 'insert', 'select', !appendOnly.includes(name) && 'update'].filter(Boolean)
      expect([name, rights[name]]).toEqual([name, expected.join(' ')])
    }
    expect(Object.keys(rights)).toHaveLength(tables.filter((t) => t.tenant || t.name.startsWith('platform_')).length)
  })

  it('what was written in an append-only table stays as it is', async () => {
    expect(appendOnly.filter((name) => !tables.some((t) => t.name === name))).toEqual([])
    for (const name of appendOnly) {
      await expect(app`update ${app(name)} set vendor_id = vendor_id`).rejects.toMatchObject(denied)
      // Prices of a draft are written anew with it.
      if (name !== 'plan_price') await expect(app`delete from ${app(name)}`).rejects.toMatchObject(denied)
      await expect(app`truncate ${app(name)}`).rejects.toMatchObject(denied)
    }
  })
})

const loginOf = (url: string) => new URL(url).username

describe('T3 one vendor per shard', () => {
  it('T3 vendor_id comes first in every key and index of the vendors\' tables, and is never null', async () => {
    const rows = await catalogue`select t.relname as table, i.relname as index, a.attname as first, a.attnotnull as filled
      from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
      left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
      where t.relnamespace = 'public'::regnamespace and t.relname in ${catalogue(tenants())}`
    for (const row of rows) expect({ ...row }).toEqual({ ...row, first: 'vendor_id', filled: true })
    expect(new Set(rows.map((r) => r.table)).size).toBe(tenants().length)
  })

  it('T3 every foreign key says the vendor twice, and stays inside the vendors\' tables', async () => {
    const keys = await foreignKeys()
    expect(keys.length).toBeGreaterThan(10)
    for (const key of keys) {
      expect([key.name, key.columns[0], key.targets[0]]).toEqual([key.name, 'vendor_id', 'vendor_id'])
      expect([key.name, tenants().includes(key.table), tenants().includes(key.target)]).toEqual([key.name, true, true])
    }
  })

  it('every foreign key is covered by an index, or nothing is ever looked up or deleted through it', async () => {
    const indexes = await catalogue`select t.relname as table, array(select a.attname from unnest(x.indkey) with ordinality k(n, i)
        join pg_attribute a on a.attrelid = t.oid and a.attnum = k.n order by k.i) as columns
      from pg_index x join pg_class t on t.oid = x.indrelid`
    const covered = (key: { table: string; columns: string[] }) => indexes.some((index) =>
      index.table === key.table && key.columns.every((column) => index.columns.slice(0, key.columns.length).includes(column)))
    const uncovered = (await foreignKeys()).filter((key) => !covered(key)).map((key) => `${key.table}.${key.columns.slice(1).join('+')}`)
    // What these point at is never deleted (see the rights above), and no question starts from there.
    expect(uncovered.sort()).toEqual(UNCOVERED)
    expect([...new Set((await foreignKeys()).map((k) => k.target))].filter((target) => deletable.includes(target))).toEqual([])
  })

  it('T3 there are no triggers, no rules, no functions of ours and no views', async () => {
    const found = await catalogue`select tgname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where not tgisinternal and c.relnamespace = 'public'::regnamespace
      union all select proname from pg_proc where pronamespace = 'public'::regnamespace
      union all select rulename from pg_rules where schemaname = 'public'
      union all select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')`
    expect(found).toHaveLength(0)
  })

  it('T3 what belongs to the platform carries no content: these columns and no others', async () => {
    const rows = await catalogue`select table_name as table, string_agg(column_name, ' ' order by ordinal_position) as columns
      from information_schema.columns where table_schema = 'public' and table_name in
        ${catalogue(tables.filter((t) => !t.tenant).map((t) => t.name))} group by 1 order by 1`
    expect(Object.fromEntries(rows.map((r) => [r.table, r.columns]))).toEqual({
      platform_directory: 'handle vendor_id',
      platform_idempotency: 'scope key input_hash vendor_id created_at',
      platform_outbox: 'id task vendor_id type subject_id queue',
      platform_stripe_inbox: 'id account event_id type object_id received_at applied_at',
      platform_timer: 'vendor_id kind subject_id fire_at generation leased_until',
    })
  })
})

/** `table.column`: followed from this side only, or filtered in a list that another index bounds. */
const UNCOVERED = [
  'agreement.plan_version_id', 'agreement.policy_version_id', 'agreement.product_id', 'clock.calendar_version_id', 'clock.promise_id',
  'decision.duty_id', 'decision.policy_version_id', 'decision.product_id', 'ledger_transaction.reservation_id', 'lot.continues_lot_id',
  'part.component_id', 'purchase.contact_id', 'purchase.plan_version_id', 'quote.component_id', 'quote.contact_id', 'quote.decision_id',
  'quote.price_plan_version_id', 'quote.product_id', 'reservation.agreement_id', 'reservation_lot.lot_id', 'ticket.contact_id', 'ticket.product_id',
]

interface ForeignKey { name: string; table: string; target: string; columns: string[]; targets: string[] }

async function foreignKeys(): Promise<ForeignKey[]> {
  return await catalogue`select k.conname as name, t.relname as table, f.relname as target,
      array(select a.attname::text from unnest(k.conkey) with ordinality c(n, i) join pg_attribute a on a.attrelid = t.oid and a.attnum = c.n order by c.i) as columns,
      array(select a.attname::text from unnest(k.confkey) with ordinality c(n, i) join pg_attribute a on a.attrelid = f.oid and a.attnum = c.n order by c.i) as targets
    from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_class f on f.oid = k.confrelid
    where k.contype = 'f' and t.relnamespace = 'public'::regnamespace order by 1`
}
