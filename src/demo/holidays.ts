/** Norwegian public holidays, so that calendars are right in any year. Pure. */

export interface Holiday { readonly date: string; readonly name: string }

const DAY = 86_400_000

/** Easter Sunday (Gregorian), UTC midnight. */
function easter(year: number): number {
  const a = year % 19
  const century = Math.floor(year / 100)
  const leapFree = century - Math.floor(century / 4)
  const moon = (19 * a + leapFree - Math.floor((8 * century + 13) / 25) + 15) % 30
  const full = moon - Math.floor(moon / 28) * (1 - Math.floor(29 / (moon + 1)) * Math.floor((21 - a) / 11))
  const weekday = (year + Math.floor(year / 4) + full + 2 - leapFree) % 7
  const fromMarch = full - weekday
  const month = 3 + Math.floor((fromMarch + 40) / 44)
  return Date.UTC(year, month - 1, fromMarch + 28 - 31 * Math.floor(month / 4))
}

const moving: readonly [daysAfterEaster: number, name: string][] = [
  [-3, 'Maundy Thursday'], [-2, 'Good Friday'], [0, 'Easter Sunday'], [1, 'Easter Monday'], [39, 'Ascension Day'], [49, 'Whit Sunday'], [50, 'Whit Monday'],
]
const fixed: readonly [date: string, name: string][] = [
  ['01-01', 'New Year\'s Day'], ['05-01', 'Labour Day'], ['05-17', 'Constitution Day'], ['12-25', 'Christmas Day'], ['12-26', 'Boxing Day'],
]

/** The public holidays of a year in order; two on one date share an entry. */
export function norwegianHolidays(year: number): Holiday[] {
  const sunday = easter(year)
  const all = [
    ...fixed.map(([date, name]) => ({ date: `${year}-${date}`, name })),
    ...moving.map(([after, name]) => ({ date: new Date(sunday + after * DAY).toISOString().slice(0, 10), name })),
  ]
  const byDate = Map.groupBy(all, (holiday) => holiday.date)
  return [...byDate].map(([date, same]) => ({ date, name: same.map((holiday) => holiday.name).join(' and ') })).sort((a, b) => (a.date < b.date ? -1 : 1))
}
