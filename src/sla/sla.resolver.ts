import { GraphQLDateTimeISO, GraphQLTimeZone } from 'graphql-scalars'
import { Arg, Args, Ctx, FieldResolver, Float, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { Duty, type DutyRow, PlanVersion, type PlanVersionRow } from '../catalog/catalog.types.js'
import type { Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import { idArg } from '../kernel/input.js'
import { PageArgs } from '../kernel/page.js'
import { reading } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import { permit } from '../vendors/permit.js'
import { theVendor, visit } from '../vendors/visit.js'
import { builtFrom } from './built-calendars.js'
import { isOpen, nextOpening } from './calendar.js'
import * as verbs from './calendars.js'
import { clockNow, explainDeadline } from './clock-explanation.js'
import { promiseListOf, setPromises as set } from './promises.js'
import { CreateCalendarInput, SetPromisesInput, UpdateCalendarInput } from './sla.inputs.js'
import { allPromisesOfDuty, allPromisesOfPlan, calendarById, calendars } from './sla.reads.js'
import {
  Calendar, CalendarConnection, CalendarHoliday, CalendarOverride, type CalendarRow, Clock, type ClockRow, DeadlineExplanation, PromiseList,
  type PromiseRow, SlaPromise, WeeklyHours,
} from './sla.types.js'

const createCalendar = answer('createCalendar', Calendar, [], calendarById)
const updateCalendar = answer('updateCalendar', Calendar, [], calendarById)
const setPromises = answer('setPromises', PromiseList, [], promiseListOf)

const opening = ({ versionId, id, spec }: CalendarRow) => builtFrom(versionId, id, spec).calendar

@Resolver(() => Calendar)
export class CalendarResolver {
  @permit('catalog:read')
  @Query(() => CalendarConnection, { description: "The vendor's calendars, the oldest first." })
  async calendars(@Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context, @Arg('vendor', () => String, theVendor) vendor?: string) {
    await visit(ctx, vendor)
    return calendars(await reading(ctx), page)
  }

  @permit('catalog:read')
  @Query(() => Calendar, { nullable: true, description: 'One calendar; null when there is none.' })
  async calendar(
    @Arg('id', () => ID, { description: 'The calendar.' }) id: string, @Ctx() ctx: Context, @Arg('vendor', () => String, theVendor) vendor?: string,
  ) {
    await visit(ctx, vendor)
    return calendarById(await reading(ctx), idArg(id, 'cal', 'id'))
  }

  @FieldResolver(() => GraphQLTimeZone, { description: 'The time zone of all its hours and dates.' })
  timeZone(@Root() { spec }: CalendarRow) {
    return spec.timeZone
  }

  @FieldResolver(() => [WeeklyHours], { description: 'The hours of the week.' })
  weekly(@Root() { spec }: CalendarRow) {
    return spec.weekly
  }

  @FieldResolver(() => [CalendarOverride], { description: 'Dates with hours of their own.' })
  overrides(@Root() { spec }: CalendarRow) {
    return spec.overrides
  }

  @FieldResolver(() => [CalendarHoliday], { description: 'Dates that are closed whole.' })
  holidays(@Root() { spec }: CalendarRow) {
    return spec.holidays
  }

  @FieldResolver(() => Boolean, { description: 'True when it is open at this moment.' })
  async isOpenNow(@Root() row: CalendarRow, @Ctx() ctx: Context) {
    return isOpen(opening(row), (await reading(ctx)).now.getTime())
  }

  @FieldResolver(() => GraphQLDateTimeISO, { nullable: true, description: 'When it opens next; null while it is open.' })
  async opensNextAt(@Root() row: CalendarRow, @Ctx() ctx: Context) {
    const now = (await reading(ctx)).now.getTime()
    const at = nextOpening(opening(row), now)
    return at === null || at === now ? null : new Date(at)
  }

  @permit('promises:change')
  @Mutation(() => createCalendar.type, { description: 'Adds opening hours under a name.' })
  createCalendar(@Arg('input', () => CreateCalendarInput, { description: 'The calendar.' }) input: CreateCalendarInput, @Ctx() ctx: Context) {
    return command(ctx, createCalendar, input, (act) => verbs.createCalendar(act, input))
  }

  @permit('promises:change')
  @Mutation(() => updateCalendar.type, { description: 'Changes a calendar for clocks that start from now on. Deadlines already told never move.' })
  updateCalendar(@Arg('input', () => UpdateCalendarInput, { description: 'What to change.' }) input: UpdateCalendarInput, @Ctx() ctx: Context) {
    return command(ctx, updateCalendar, input, (act) => verbs.updateCalendar(act, input))
  }
}

@Resolver(() => SlaPromise)
export class PromiseResolver {
  @FieldResolver(() => Calendar, { nullable: true, description: 'The calendar whose open minutes count; null for calendar time, around the clock.' })
  async calendar(@Root() { calendarId }: PromiseRow, @Ctx() ctx: Context) {
    return calendarId && calendarById(await reading(ctx), calendarId)
  }

  @permit('promises:change')
  @Mutation(() => setPromises.type, {
    description: 'Says everything that a duty, or a draft of a plan version, promises; what is not among it is promised no more. Running clocks are left alone.',
  })
  setPromises(@Arg('input', () => SetPromisesInput, { description: 'Whose promises, and which.' }) input: SetPromisesInput, @Ctx() ctx: Context) {
    return command(ctx, setPromises, input, (act) => set(act, input))
  }
}

@Resolver(() => Duty)
export class DutyPromisesResolver {
  @FieldResolver(() => [SlaPromise], { description: 'How soon it is met, by metric and severity: for everybody who has the product, with or without a plan.' })
  async promises(@Root() { id }: DutyRow, @Ctx() ctx: Context) {
    return allPromisesOfDuty(await reading(ctx), id)
  }
}

@Resolver(() => PlanVersion)
export class PlanPromisesResolver {
  @FieldResolver(() => [SlaPromise], { description: 'How soon support answers under it, by metric and severity.' })
  async promises(@Root() { id }: PlanVersionRow, @Ctx() ctx: Context) {
    return allPromisesOfPlan(await reading(ctx), id)
  }
}

/** Clocks are reached through the part of the ticket that they run on; who sees it sees them. */
@Resolver(() => Clock)
export class ClockResolver {
  @FieldResolver(() => Float, { description: 'Minutes that have counted by now. They go on after a breach.' })
  async spentMinutes(@Root() clock: ClockRow, @Ctx() ctx: Context) {
    return (await clockNow(await reading(ctx), clock)).spentMs / 60_000
  }

  @FieldResolver(() => Float, { description: 'Minutes that are left now; 0 after a breach.' })
  async remainingMinutes(@Root() clock: ClockRow, @Ctx() ctx: Context) {
    const { promisedMs, spentMs } = await clockNow(await reading(ctx), clock)
    return Math.max(0, promisedMs - spentMs) / 60_000
  }

  @FieldResolver(() => DeadlineExplanation, { description: 'Why the deadline is when it is, as data and as a sentence.' })
  async explanation(
    @Root() clock: ClockRow, @Ctx() ctx: Context,
    @Arg('timeZone', () => GraphQLTimeZone, { nullable: true, description: "The reader's zone, for the sentence; the calendar's when not said." }) timeZone?: string,
  ) {
    return explainDeadline(await reading(ctx), clock, timeZone)
  }
}
