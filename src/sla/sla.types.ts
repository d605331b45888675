import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Field, Float, ID, Int, ObjectType } from 'type-graphql'
import { SeverityType } from '../catalog/severity.js'
import type { Severity } from '../catalog/words.js'
import type { Id } from '../kernel/ids.js'
import { connectionOf } from '../kernel/page.js'
import { enumOf, Node, nodeType } from '../kernel/types.js'
import type { CalendarSpec, LocalInterval, Weekday } from './calendar-spec.js'
import type { ClockRowState } from './clock-row.js'
import type { Metric, PromiseKind } from './metric.js'
import type { calendar, clock, promise } from './sla.table.js'

export type { Metric, PromiseKind } from './metric.js'

/** A calendar with the version that holds for new clocks. */
export type CalendarRow = typeof calendar.$inferSelect & { readonly versionId: Id<'cav'>; readonly spec: CalendarSpec }
export type PromiseRow = typeof promise.$inferSelect
export type ClockRow = typeof clock.$inferSelect

/** A promise as it would be kept if it began at an instant. `dueAt` null: its calendar never opens that long. */
export interface PreviewedDeadline {
  readonly metric: Metric
  readonly kind: PromiseKind
  readonly minutes: number
  readonly dueAt: Date | null
  readonly calendarName: string | null
}

export const MetricType = enumOf<Metric>('Metric', 'What a deadline is for.', {
  FIRST_RESPONSE: 'The first answer by a person. Receipts and templates are none.',
  NEXT_RESPONSE: 'The answer to what the customer wrote next.',
  UPDATE: 'The next word on how it goes, asked for or not.',
  RESOLUTION: 'A resolution.',
  CLASS_ANNOUNCED: 'Being told whose duty it is and what it can cost.',
})

export const PromiseKindType = enumOf<PromiseKind>('PromiseKind', 'What a promise is worth when it is missed.', {
  TARGET: 'An aim. A miss is shown and has no remedy.',
  COMMITMENT: 'A miss credits the customer, unasked.',
})

export const ClockStateType = enumOf<ClockRowState>('ClockState', 'Where a clock stands.', {
  RUNNING: 'Its time counts.',
  PAUSED: 'It waits for somebody who is not the vendor; its time does not count.',
  STOPPED: 'What was promised was done.',
  CANCELLED: 'What was promised is not needed any more.',
})

@ObjectType({ description: 'Hours of one day, local time of the calendar.' })
export class LocalHours implements LocalInterval {
  @Field(() => String, { description: 'Opens at, `HH:MM`.' }) from!: string
  @Field(() => String, { description: 'Closes at, `HH:MM` up to `24:00`. Not later than `from`: runs past midnight and belongs to the day it starts on.' }) to!: string
}

@ObjectType({ description: 'Hours of one weekday, local time of the calendar.' })
export class WeeklyHours extends LocalHours {
  @Field(() => Int, { description: 'ISO weekday: 1 is Monday, 7 is Sunday.' }) day!: Weekday
}

@ObjectType({ description: 'The hours of one date, in place of its weekday\'s.' })
export class CalendarOverride {
  @Field(() => String, { description: 'The local date, `YYYY-MM-DD`.' }) date!: string
  @Field(() => [LocalHours], { description: 'The hours of that date; none when it is closed.' }) intervals!: LocalHours[]
}

@ObjectType({ description: 'A date that is closed whole, whatever the hours say.' })
export class CalendarHoliday {
  @Field(() => String, { description: 'The local date, `YYYY-MM-DD`.' }) date!: string
  @Field(() => String, { description: 'Its name, so that a deadline can explain itself.' }) name!: string
}

@ObjectType({ implements: Node, description: 'Opening hours. A change makes a new version; running clocks keep theirs.' })
export class Calendar extends Node implements Pick<CalendarRow, 'name' | 'number' | 'createdAt'> {
  declare id: Id<'cal'>
  @Field(() => String, { description: 'Its name; unique among the vendor\'s calendars.' }) name!: string
  @Field(() => Int, { description: 'The version that holds for new clocks, counted from 1.' }) number!: number
  @Field(() => GraphQLDateTimeISO, { description: 'When it was made.' }) createdAt!: Date
}

@ObjectType('Promise', { implements: Node, description: 'How soon something is promised.' })
export class SlaPromise extends Node implements Pick<PromiseRow, 'severity' | 'metric' | 'minutes' | 'kind'> {
  declare id: Id<'prm'>
  @Field(() => SeverityType, { nullable: true, description: 'For which severity; null: for every one that has no promise of its own.' }) severity!: Severity | null
  @Field(() => MetricType, { description: 'What is promised.' }) metric!: Metric
  @Field(() => Int, { description: 'Within so many minutes: open minutes of the calendar, or of any clock on the wall when there is none.' }) minutes!: number
  @Field(() => PromiseKindType, { description: 'What it is worth when it is missed.' }) kind!: PromiseKind
}

@ObjectType({ description: 'Everything that one duty or plan version promises.' })
export class PromiseList {
  @Field(() => ID, { description: 'The id of the duty or plan version.' }) id!: Id<'dty'> | Id<'plv'>
  @Field(() => [SlaPromise], { description: 'Its promises, by metric and severity.' }) promises!: PromiseRow[]
}

@ObjectType({ implements: Node, description: 'One promise running on a part of a ticket.' })
export class Clock extends Node implements Pick<ClockRow, 'metric' | 'kind' | 'state' | 'minutes' | 'startedAt' | 'dueAt' | 'toldDueAt'
  | 'warnAt' | 'warnedAt' | 'breachedAt' | 'stoppedAt'> {
  declare id: Id<'clk'>
  @Field(() => MetricType, { description: 'What is promised.' }) metric!: Metric
  @Field(() => PromiseKindType, { description: 'What the promise is worth when it is missed.' }) kind!: PromiseKind
  @Field(() => ClockStateType, { description: 'Where it stands.' }) state!: ClockRowState
  @Field(() => Int, { description: 'The minutes promised by the deadline that holds.' }) minutes!: number
  @Field(() => GraphQLDateTimeISO, { description: 'When it started. It never restarts; a reopened one goes on from where it was.' }) startedAt!: Date
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'The deadline that holds. An answer at this very instant is in time. Null in a pause.' })
  dueAt!: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'The deadline that was told before any change the vendor made; `dueAt` is never later. Stays through a pause.' })
  toldDueAt!: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the vendor is warned; null in a pause.' }) warnAt!: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the vendor was warned; null until then.' }) warnedAt!: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'The deadline that was missed; null while none was.' }) breachedAt!: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it was stopped or cancelled; null while it is open.' }) stoppedAt!: Date | null
}

@ObjectType({ description: 'A stretch of time that counted.' })
export class CountedTime {
  @Field(() => GraphQLDateTimeISO, { description: 'From, included.' }) from!: Date
  @Field(() => GraphQLDateTimeISO, { description: 'To, not included.' }) to!: Date
  @Field(() => Float, { description: 'Minutes that counted in it.' }) minutes!: number
  @Field(() => ID, { nullable: true, description: 'The calendar version by which it counted; null for calendar time.' }) calendarVersionId!: string | null
}

export type LeftOutWhy = 'CUSTOMER' | 'DEPENDENCY' | 'ANSWERED' | 'EXCLUDED'
export const LeftOutWhyType = enumOf<LeftOutWhy>('LeftOutWhy', 'Why time did not count.', {
  CUSTOMER: 'The customer was asked in public and had the next move.',
  DEPENDENCY: 'A third party was awaited, and the agreement lets that pause.',
  ANSWERED: 'It stood as answered, until the customer said that it was no answer.',
  EXCLUDED: 'Maintenance that was announced beforehand.',
})

@ObjectType({ description: 'A stretch of time that did not count, and why.' })
export class LeftOutTime {
  @Field(() => GraphQLDateTimeISO, { description: 'From, included.' }) from!: Date
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'To, not included; null while it lasts.' }) to!: Date | null
  @Field(() => LeftOutWhyType, { description: 'Why.' }) why!: LeftOutWhy
  @Field(() => String, { nullable: true, description: 'The reason given, in words.' }) reason!: string | null
  @Field(() => Float, { description: 'Minutes that would have counted otherwise.' }) minutes!: number
  @Field(() => Boolean, { description: 'True when it was found to be no pause after all: its time counts.' }) struck!: boolean
}

export type DeadlineChange = 'STARTED' | 'MINUTES_CHANGED' | 'CALENDAR_CHANGED' | 'EXCLUDED' | 'TOLD'
export const DeadlineChangeType = enumOf<DeadlineChange>('DeadlineChange', 'What changed a promise while its clock ran.', {
  STARTED: 'The promise as it was at the start.',
  MINUTES_CHANGED: 'Another severity, plan or policy with other minutes.',
  CALENDAR_CHANGED: 'Another calendar.',
  EXCLUDED: 'Maintenance was announced.',
  TOLD: 'A deadline that was told is held, though it would compute later now.',
})

@ObjectType({ description: 'One version of what was promised on a clock.' })
export class DeadlineVersion {
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it came to be.' }) at!: Date | null
  @Field(() => DeadlineChangeType, { description: 'What changed.' }) kind!: DeadlineChange
  @Field(() => Float, { nullable: true, description: 'The minutes from then on; null when they did not change.' }) minutes!: number | null
  @Field(() => ID, { nullable: true, description: 'The calendar version from then on; null when it did not change, or is calendar time.' }) calendarVersionId!: string | null
  @Field(() => Boolean, { description: 'True when the customer agreed. Only then may it move the deadline later.' }) accepted!: boolean
  @Field(() => Boolean, { description: 'True when the deadline that holds follows it.' }) applied!: boolean
  @Field(() => String, { nullable: true, description: 'The reason given, in words.' }) reason!: string | null
}

@ObjectType({ description: 'Why a deadline is when it is. The counted minutes and the remaining ones sum to the promised ones.' })
export class DeadlineExplanation {
  @Field(() => String, { description: 'All of it in one sentence, its times in the reader\'s zone.' }) sentence!: string
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'The deadline that holds; null in a pause.' }) dueAt!: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'What the newest version alone would give; later than `dueAt` where a told deadline holds.' }) computedDueAt!: Date | null
  @Field(() => Boolean, { description: 'True when an earlier told deadline holds against a later change by the vendor.' }) heldAsTold!: boolean
  @Field(() => Float, { description: 'Minutes promised.' }) promisedMinutes!: number
  @Field(() => Float, { description: 'Minutes counted up to the deadline; of a clock that stands, up to where it stands.' }) countedMinutes!: number
  @Field(() => Float, { description: 'Minutes that were left then.' }) remainingMinutes!: number
  @Field(() => [CountedTime], { description: 'What counted, in order.' }) counted!: CountedTime[]
  @Field(() => [LeftOutTime], { description: 'What did not count, and why.' }) leftOut!: LeftOutTime[]
  @Field(() => [DeadlineVersion], { description: 'What was promised at the start, then every change of it.' }) versions!: DeadlineVersion[]
}

nodeType('cal', 'Calendar')
nodeType('prm', 'Promise')
nodeType('clk', 'Clock')

export const CalendarConnection = connectionOf(Calendar)
