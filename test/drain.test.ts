import postgres from 'postgres'
import { expect, it } from 'vitest'
import { openWorld } from './support/world.js'

it('a stop takes no new requests and lets the one under way finish', async () => {
  const world = await openWorld()
  const { token } = await world.signUp()
  const admin = postgres(world.db.superuserUrl, { max: 1, onnotice: () => undefined })
  const { release } = await held(admin)
  const underWay = world.ask('mutation { updateVendor(input: { idempotencyKey: "1", name: "Renamed" }) { ... on Vendor { name } } }', {}, token)
  await waiting(world.db.superuserUrl)
  const drained = world.app.server.drain()
  await expect(fetch(`${world.url}/livez`)).rejects.toThrow()
  release()
  expect((await underWay).data).toEqual({ updateVendor: { name: 'Renamed' } })
  await drained
  await admin.end()
  await world.close()
})

/** Locks the vendors' rows until told to let go. */
async function held(admin: postgres.Sql): Promise<{ release: () => void }> {
  let release: () => void = () => undefined
  const told = new Promise<void>((resolve) => { release = resolve })
  await new Promise<void>((locked) => void admin.begin(async (tx) => {
    await tx`select from vendor for update`
    locked()
    await told
  }))
  return { release }
}

/** Returns when somebody waits for that lock. */
async function waiting(url: string): Promise<void> {
  const watch = postgres(url, { max: 1 })
  for (let blocked = 0; blocked === 0;) {
    [{ blocked }] = await watch<[{ blocked: number }]>`select count(*)::int as blocked from pg_locks where not granted`
  }
  await watch.end()
}
