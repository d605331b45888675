import type { Unit } from '../catalog/words.js'
import type { Id } from '../kernel/ids.js'

/**
 * What each step posts (E1). A lot has seven accounts; ISSUED is the other side of all that was ever put into it, so
 * it stands below zero and the seven always sum to zero. Pure.
 */
export const ACCOUNTS = ['ISSUED', 'AVAILABLE', 'RESERVED', 'USED', 'EXPIRED', 'REFUNDED', 'TRANSFERRED_OUT'] as const
export type Account = (typeof ACCOUNTS)[number]

export const TRANSACTION_KINDS = ['GRANT', 'RESERVE', 'CAPTURE', 'RELEASE', 'EXPIRE', 'CORRECTION'] as const
export type TransactionKind = (typeof TRANSACTION_KINDS)[number]

export type Entry = { readonly lotId: Id<'lot'>; readonly account: Account; readonly unit: Unit; readonly amount: number }

/** Some units of one lot. */
export type Portion = { readonly lotId: Id<'lot'>; readonly unit: Unit; readonly units: number }

/** Units that go on in a lot of their own, with more time. */
export type Continued = Portion & { readonly intoLotId: Id<'lot'> }

/** Units of a hold, and since when they are held. */
export type HeldPortion = Portion & { readonly heldAt: Date }

export type Balances = Readonly<Record<Account, number>>

const move = (from: Account, to: Account) => (portions: readonly Portion[]): Entry[] => netted(portions.flatMap(({ lotId, unit, units }) => [
  { lotId, unit, account: from, amount: -units }, { lotId, unit, account: to, amount: units },
]))

export const granted = move('ISSUED', 'AVAILABLE')
export const reserved = move('AVAILABLE', 'RESERVED')
export const captured = move('RESERVED', 'USED')
export const released = move('RESERVED', 'AVAILABLE')
export const expired = move('AVAILABLE', 'EXPIRED')

/** Held units leave their lot and are issued anew in the one that continues it. */
export const continued = (portions: readonly Continued[]): Entry[] => netted([
  ...move('RESERVED', 'TRANSFERRED_OUT')(portions),
  ...granted(portions.map(({ intoLotId, unit, units }) => ({ lotId: intoLotId, unit, units }))),
])

/** The same postings turned round. */
export const reversed = (entries: readonly Entry[]): Entry[] => entries.map((entry) => ({ ...entry, amount: -entry.amount }))

/** What comes back of a hold: to where it was, or on in a lot with more time. */
export const returned = (plain: readonly Portion[], extended: readonly Continued[]): Entry[] =>
  netted([...released(plain), ...continued(extended)])

/** The same for units that were used: the capture turned round, and then as if they had only been held. */
export const givenBack = (plain: readonly Portion[], extended: readonly Continued[]): Entry[] =>
  netted([...reversed(captured([...plain, ...extended])), ...returned(plain, extended)])

/** One entry per lot and account; what cancels out is left out. */
export function netted(entries: readonly Entry[]): Entry[] {
  const sums = new Map<string, Entry>()
  for (const entry of entries) {
    const name = `${entry.lotId} ${entry.account} ${entry.unit}`
    sums.set(name, { ...entry, amount: entry.amount + (sums.get(name)?.amount ?? 0) })
  }
  return [...sums.values()].filter((entry) => entry.amount !== 0)
}

/** True when the entries sum to zero for each lot and unit, and so for each unit over all accounts. */
export function balanced(entries: readonly Entry[]): boolean {
  const sums = new Map<string, number>()
  for (const { lotId, unit, amount } of entries) sums.set(`${lotId} ${unit}`, (sums.get(`${lotId} ${unit}`) ?? 0) + amount)
  return [...sums.values()].every((sum) => sum === 0)
}

/** The balances of one lot after these entries of it (E8). */
export function replay(entries: readonly Pick<Entry, 'account' | 'amount'>[]): Balances {
  const sums = Object.fromEntries(ACCOUNTS.map((account) => [account, 0])) as Record<Account, number>
  for (const { account, amount } of entries) sums[account] += amount
  return sums
}

/** A lot's counters: the balances of its accounts, what was issued counted upwards. */
export type Counters = {
  readonly issued: number; readonly available: number; readonly reserved: number; readonly used: number
  readonly expired: number; readonly refunded: number; readonly transferredOut: number
}

export const countersOf = (balances: Balances): Counters => ({
  issued: -balances.ISSUED + 0, available: balances.AVAILABLE, reserved: balances.RESERVED, used: balances.USED,
  expired: balances.EXPIRED, refunded: balances.REFUNDED, transferredOut: balances.TRANSFERRED_OUT,
})

/** How the counters of each lot change by these entries. */
export function changesOf(entries: readonly Entry[]): { lotId: Id<'lot'>; changes: Counters }[] {
  const byLot = Map.groupBy(entries, (entry) => entry.lotId)
  return [...byLot].map(([lotId, own]) => ({ lotId, changes: countersOf(replay(own)) }))
}
