import type postgres from 'postgres'

/** What nobody may change once it is written: the application may add and read, never update; nor delete, but for what stands below too. */
export const appendOnly: readonly string[] = [
  'event', 'fact', 'decision', 'scope_policy_rule', 'ledger_entry', 'ledger_transaction', 'clock_event', 'message', 'plan_price', 'calendar_version', 'reservation_lot',
]

/** Rows that are taken away when they are done with: a timer that fired, the prices of a draft that is written again. */
export const deletable: readonly string[] = ['platform_timer', 'plan_price']

/**
 * Row security and rights, read off the catalogue after every migration, so that no new table can be forgotten (T1–T3):
 * every table with vendor_id not named platform_… shows only the rows of the transaction's vendor, to its owner too.
 */
export async function secure(sql: postgres.Sql, logins: { app: string; jobs: string }): Promise<void> {
  const tables = await sql<{ name: string; tenant: boolean }[]>`
    select c.relname as name, not starts_with(c.relname, 'platform_') and exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'vendor_id' and not a.attisdropped) as tenant
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`
  const app = sql(logins.app)
  const jobs = sql(logins.jobs)
  await sql.begin(async (tx) => {
    await tx`revoke all on schema public from public`
    await tx`grant usage on schema public to ${app}, ${jobs}`
    for (const { name, tenant } of tables) {
      const table = sql(name)
      await tx`revoke all on ${table} from public, ${app}, ${jobs}`
      if (tenant) await wall(tx, name)
      if (tenant || name.startsWith('platform_')) await tx.unsafe(`grant ${rightsOn(name)} on "${name}" to "${logins.app}"`)
    }
    await tx`grant select, update, delete on platform_outbox to ${jobs}`
    await tx`grant select, update on platform_timer to ${jobs}`
  })
}

const rightsOn = (name: string): string => {
  if (name === 'platform_outbox') return 'insert'
  return ['select', 'insert', !appendOnly.includes(name) && 'update', deletable.includes(name) && 'delete'].filter(Boolean).join(', ')
}

/** Fails closed: without a vendor the setting is null or empty, and nothing is equal to null. */
async function wall(tx: postgres.TransactionSql, name: string): Promise<void> {
  const mine = `vendor_id = nullif(current_setting('app.vendor_id', true), '')::uuid`
  await tx.unsafe(`
    alter table "${name}" enable row level security, force row level security;
    drop policy if exists one_vendor on "${name}";
    create policy one_vendor on "${name}" using (${mine}) with check (${mine})`)
}
