import type { PlanKind, PriceInterval, Severity, Unit } from '../catalog/words.js'
import type { Metric, PromiseKind } from '../sla/metric.js'
import type { dutyCodes } from './catalog.js'

/** What Havblikk sells beside its products, and how soon it promises what. */

export type CalendarKey = 'OFFICE' | 'NIGHTS'

export interface PromiseSpec {
  readonly metric: Metric
  readonly kind: PromiseKind
  readonly minutes: number
  /** Null: around the clock. */
  readonly calendar: CalendarKey | null
  readonly severity?: Severity
}

const hours = (n: number): number => n * 60
const target = (metric: Metric, minutes: number, calendar: CalendarKey | null = 'OFFICE', severity?: Severity): PromiseSpec =>
  ({ metric, kind: 'TARGET', minutes, calendar, severity })
const commitment = (metric: Metric, minutes: number, calendar: CalendarKey | null = 'OFFICE', severity?: Severity): PromiseSpec =>
  ({ metric, kind: 'COMMITMENT', minutes, calendar, severity })

/** What everybody is promised, by duty. */
export const dutyPromises: Record<(typeof dutyCodes)[number], readonly PromiseSpec[]> = {
  DEFECT: [commitment('FIRST_RESPONSE', hours(4)), target('NEXT_RESPONSE', hours(8)), target('CLASS_ANNOUNCED', hours(8)), target('RESOLUTION', hours(40))],
  AVAILABILITY: [
    commitment('FIRST_RESPONSE', 30, null), target('NEXT_RESPONSE', hours(2), null), target('UPDATE', hours(2), null), target('RESOLUTION', hours(8), null),
  ],
  SECURITY_FIX: [commitment('FIRST_RESPONSE', hours(24), null), target('NEXT_RESPONSE', hours(8)), target('RESOLUTION', hours(40))],
  DATA_KEPT: [commitment('FIRST_RESPONSE', hours(2)), target('NEXT_RESPONSE', hours(4)), target('RESOLUTION', hours(24))],
  STATUS_MESSAGES: [target('FIRST_RESPONSE', hours(2), null)],
  ACCOUNT: [target('FIRST_RESPONSE', hours(8)), target('NEXT_RESPONSE', hours(8)), target('RESOLUTION', hours(40))],
}

/** "Svar innen 4 timer i arbeidstiden": what support plans promise; faster where it is worse. */
const usual: readonly PromiseSpec[] = [
  commitment('FIRST_RESPONSE', hours(4)), commitment('FIRST_RESPONSE', hours(1), 'OFFICE', 'CRITICAL'), commitment('FIRST_RESPONSE', hours(2), 'OFFICE', 'HIGH'),
  target('FIRST_RESPONSE', hours(8), 'OFFICE', 'LOW'),
  target('NEXT_RESPONSE', hours(4)), target('RESOLUTION', hours(16)), target('RESOLUTION', hours(8), 'OFFICE', 'CRITICAL'),
]

/** Premium answers at night too when a payroll run has stopped. */
const premium: readonly PromiseSpec[] = [
  commitment('FIRST_RESPONSE', hours(2)), commitment('FIRST_RESPONSE', 30, 'NIGHTS', 'CRITICAL'), commitment('FIRST_RESPONSE', hours(1), 'OFFICE', 'HIGH'),
  target('NEXT_RESPONSE', hours(2)), target('NEXT_RESPONSE', 60, 'NIGHTS', 'CRITICAL'),
  target('RESOLUTION', hours(12)), commitment('RESOLUTION', hours(4), 'NIGHTS', 'CRITICAL'),
]

export interface PriceSpec { readonly currency: string; readonly amountMinor: number; readonly interval: PriceInterval; readonly perSeat?: boolean }

export interface VersionSpec {
  readonly unit?: Unit
  readonly units?: number
  readonly termDays?: number
  readonly noticeDays?: number
  readonly summary: string
  readonly prices: readonly PriceSpec[]
  readonly promises: readonly PromiseSpec[]
}

export interface PlanSpec {
  readonly code: string
  readonly name: string
  readonly kind: PlanKind
  /** The product's code; every product when not said. */
  readonly product?: string
  readonly turnTo?: string
  /** The first first; the last is on sale. */
  readonly versions: readonly [VersionSpec, ...VersionSpec[]]
}

/** Net amounts; 25 % tax is added. */
const once = (nok: number, sek: number, eur: number): PriceSpec[] =>
  [['NOK', nok], ['SEK', sek], ['EUR', eur]].map(([currency, amount]) => ({ currency: currency as string, amountMinor: (amount as number) * 100, interval: 'ONE_OFF' }))

const five = { unit: 'INCIDENT', units: 5, termDays: 365, promises: usual } as const

export const plans: readonly PlanSpec[] = [
  {
    code: 'SINGLE', name: 'One incident', kind: 'PER_INCIDENT',
    versions: [{ unit: 'INCIDENT', units: 1, termDays: 365, summary: 'Help with one problem, from the question to the solution.', prices: once(1_950, 1_990, 169), promises: usual }],
  },
  {
    code: 'FIVE', name: 'Five incidents', kind: 'PACKAGE',
    versions: [
      { ...five, summary: 'Five incidents to use within a year.', prices: once(7_900, 8_050, 685) },
      { ...five, summary: 'Five incidents to use within a year. What you do not need goes on when you renew.', prices: once(8_500, 8_700, 739) },
    ],
  },
  {
    code: 'TEN', name: 'Ten incidents', kind: 'PACKAGE',
    versions: [{ unit: 'INCIDENT', units: 10, termDays: 365, summary: 'Ten incidents to use within a year.', prices: once(15_500, 15_900, 1_349), promises: usual }],
  },
  {
    code: 'HOURS', name: 'Ten hours with a specialist', kind: 'PACKAGE',
    versions: [{ unit: 'MINUTE', units: 600, termDays: 365, summary: 'Ten hours for problems in customised installations, counted in minutes.', prices: once(12_900, 13_200, 1_119), promises: usual }],
  },
  {
    code: 'PREMIUM', name: 'Business', kind: 'PREMIUM', product: 'LONN',
    versions: [{
      unit: 'INCIDENT', units: 240, noticeDays: 30, summary: 'All support for Lønn, with answers at night when a payroll run stops. Up to 20 incidents a month by fair use.',
      prices: [{ currency: 'NOK', amountMinor: 9_800_00, interval: 'MONTH' }, { currency: 'NOK', amountMinor: 105_800_00, interval: 'YEAR' }, { currency: 'SEK', amountMinor: 108_000_00, interval: 'YEAR' }],
      promises: premium,
    }],
  },
  { code: 'COMMUNITY', name: 'Community', kind: 'COMMUNITY', versions: [{ summary: 'Questions and answers among customers, with our people reading along.', prices: [], promises: [] }] },
  {
    code: 'NO_SUPPORT', name: 'No plan', kind: 'NONE', turnTo: 'The guides on our pages, the community forum, or your accountant.',
    versions: [{ summary: 'Defects, outages, security and your account are looked after all the same, free.', prices: [], promises: [] }],
  },
]
