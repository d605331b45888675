import type { Act } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import type { Timer } from '../kernel/timer.js'
import { agreementById, lotById } from './entitlements.reads.js'
import { endAgreement, endWhenSpent, expireLapsed, openLedger } from './ledger.js'

/** The timer 'lot.expire': posts the expiry of what lies in the lot. Held units stay usable. */
export async function expireLot(act: Act, timer: Pick<Timer, 'subjectId'>): Promise<void> {
  const found = await lotById(act, timer.subjectId as Id<'lot'>)
  if (!found) return
  const ledger = await openLedger(act, found.agreementId)
  await expireLapsed(act, ledger)
  await endWhenSpent(act, ledger)
}

/** The timer 'agreement.end': the period that was paid for is over. */
export async function endTerm(act: Act, timer: Pick<Timer, 'subjectId'>): Promise<void> {
  const found = await agreementById(act, timer.subjectId as Id<'agr'>)
  if (found?.endsAt && found.endsAt <= act.now) await endAgreement(act, found.id, 'TERM')
}
