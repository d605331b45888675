import { InputType } from 'type-graphql'
import { SeverityType } from '../catalog/severity.js'
import type { Severity } from '../catalog/words.js'
import type { Id } from '../kernel/ids.js'
import { Choice, CommandInput, DateOn, NestedList, Ref, Text, Whole, Zone } from '../kernel/input.js'
import type { CalendarSpec, LocalInterval, Weekday } from './calendar-spec.js'
import type { Metric, PromiseKind } from './metric.js'
import { MetricType, PromiseKindType } from './sla.types.js'

@InputType({ description: 'Hours of one day, local time of the calendar.' })
export class LocalHoursInput implements LocalInterval {
  @Text('Opens at, `HH:MM`.', { max: 5 }) from!: string
  @Text('Closes at, `HH:MM` up to `24:00`. Not later than `from`: runs past midnight and belongs to the day it starts on.', { max: 5 }) to!: string
}

@InputType({ description: 'Hours of one weekday, local time of the calendar.' })
export class WeeklyHoursInput extends LocalHoursInput {
  @Whole('ISO weekday: 1 is Monday, 7 is Sunday.', { min: 1, max: 7 }) day!: Weekday
}

@InputType({ description: 'The hours of one date, in place of its weekday\'s.' })
export class CalendarOverrideInput {
  @DateOn('The local date.') date!: string
  @NestedList(() => LocalHoursInput, 'The hours of that date; none closes it.', { max: 24 }) intervals!: LocalHoursInput[]
}

@InputType({ description: 'A date that is closed whole, whatever the hours say.' })
export class CalendarHolidayInput {
  @DateOn('The local date.') date!: string
  @Text('Its name, so that a deadline can explain itself.', { max: 120 }) name!: string
}

@InputType({ description: 'New opening hours.' })
export class CreateCalendarInput extends CommandInput {
  @Text('Its name; unique among the vendor\'s calendars.', { max: 120 }) name!: string
  @Zone('The time zone of all its hours and dates, as in Europe/Oslo.') timeZone!: string
  @NestedList(() => WeeklyHoursInput, 'The hours of the week.', { max: 168 }) weekly!: CalendarSpec['weekly'][number][]
  @NestedList(() => CalendarOverrideInput, 'Dates with hours of their own.', { max: 1000, optional: true }) overrides?: CalendarOverrideInput[]
  @NestedList(() => CalendarHolidayInput, 'Dates that are closed whole.', { max: 1000, optional: true }) holidays?: CalendarHolidayInput[]
}

@InputType({ description: 'Changes to a calendar; what is not said stays. Other hours make a new version, for clocks that start from now on.' })
export class UpdateCalendarInput extends CommandInput {
  @Ref('cal', 'The calendar.') calendarId!: Id<'cal'>
  @Text('Its name.', { max: 120, optional: true }) name?: string
  @Zone('The time zone of all its hours and dates.', { optional: true }) timeZone?: string
  @NestedList(() => WeeklyHoursInput, 'All hours of the week from now on.', { max: 168, optional: true }) weekly?: CalendarSpec['weekly'][number][]
  @NestedList(() => CalendarOverrideInput, 'All dates with hours of their own.', { max: 1000, optional: true }) overrides?: CalendarOverrideInput[]
  @NestedList(() => CalendarHolidayInput, 'All dates that are closed whole.', { max: 1000, optional: true }) holidays?: CalendarHolidayInput[]
}

@InputType({ description: 'One promise.' })
export class PromiseInput {
  @Choice(SeverityType, 'For which severity; not said: for every one that has no promise of its own.', { optional: true }) severity?: Severity
  @Choice(MetricType, 'What is promised.') metric!: Metric
  @Whole('Within so many minutes.', { min: 1, max: 525_600 }) minutes!: number
  @Ref('cal', 'The calendar whose open minutes count; not said: calendar time, around the clock.', { optional: true }) calendarId?: Id<'cal'>
  @Choice(PromiseKindType, 'What it is worth when it is missed.') kind!: PromiseKind
}

@InputType({ description: 'Everything that one duty, or one draft of a plan version, promises from now on. Name exactly one of the two.' })
export class SetPromisesInput extends CommandInput {
  @Ref('dty', 'The duty.', { optional: true }) dutyId?: Id<'dty'>
  @Ref('plv', 'The plan version; a draft, since what was published never changes.', { optional: true }) planVersionId?: Id<'plv'>
  @NestedList(() => PromiseInput, 'All its promises; at most one for each metric and severity.', { max: 25 }) promises!: PromiseInput[]
}
