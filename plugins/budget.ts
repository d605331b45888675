/** What each caller may spend over time: so much at once, so much a second after that (T5). In this process's memory. */
export interface Budget {
  /** Takes the cost when there is enough; otherwise takes nothing and says for how long to wait. */
  spend(caller: string, cost: number): { readonly left: number; readonly waitSeconds: number }
}

export interface BudgetSize {
  /** What can be spent at once. An operation may cost at most a fifteenth of it. */
  readonly burst: number
  readonly perSecond: number
}

const MOST_CALLERS = 10_000

export function openBudget({ burst, perSecond }: BudgetSize, milliseconds: () => number = () => performance.now()): Budget {
  const accounts = new Map<string, { left: number; at: number }>()
  const refilled = ({ left, at }: { left: number; at: number }, now: number) => Math.min(burst, left + ((now - at) / 1_000) * perSecond)
  /** Whoever has its whole burst again needs no account; then the oldest go, half of all at once, so that this stays rare. */
  const forget = (now: number) => {
    for (const [caller, account] of accounts) if (refilled(account, now) >= burst) accounts.delete(caller)
    for (const caller of accounts.keys()) if (accounts.size > MOST_CALLERS / 2) accounts.delete(caller)
  }
  return {
    spend: (caller, cost) => {
      const now = milliseconds()
      if (accounts.size >= MOST_CALLERS) forget(now)
      const has = refilled(accounts.get(caller) ?? { left: burst, at: now }, now)
      const left = has >= cost ? has - cost : has
      accounts.set(caller, { left, at: now })
      return { left: Math.floor(left), waitSeconds: has >= cost ? 0 : Math.ceil((cost - has) / perSecond) }
    },
  }
}
