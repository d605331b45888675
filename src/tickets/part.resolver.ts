import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import { CeilingType, Decision, type DecisionRow, StatedFact } from '../boundary/boundary.types.js'
import { ceilingOf } from '../boundary/decision-row.js'
import { decisionsOf, openProposal } from '../boundary/decisions.js'
import { NoScopePolicy } from '../boundary/boundary.refusals.js'
import { factsOf } from '../boundary/facts-stated.js'
import { UnitCharge } from '../boundary/policies.types.js'
import { shownCeiling } from '../boundary/shown.js'
import { componentById } from '../catalog/catalog.reads.js'
import { Component } from '../catalog/catalog.types.js'
import { agreementById } from '../entitlements/entitlements.reads.js'
import { UnitsExhausted } from '../entitlements/entitlements.refusals.js'
import { Agreement } from '../entitlements/entitlements.types.js'
import type { Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import type { Id } from '../kernel/ids.js'
import { reading } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import { clocksOf } from '../sla/sla.reads.js'
import { Clock } from '../sla/sla.types.js'
import { permit } from '../vendors/permit.js'
import * as announcing from './announcing.js'
import * as conversation from './conversation.js'
import { decisionOf, nextMoveOn } from './parts.js'
import * as resolving from './resolving.js'
import { splitPart as split } from './splitting.js'
import * as inputs from './ticket.inputs.js'
import { partById, ticketById } from './ticket.reads.js'
import { AboveCeiling, NotYourMove, WorkBeforeAnnouncement } from './ticket.refusals.js'
import { NextMove, Part, type PartRow, Ticket } from './ticket.types.js'

const stateFacts = answer('stateFacts', Part, [NoScopePolicy], partById)
const announceClass = answer('announceClass', Part, [NotYourMove, NoScopePolicy], partById)
const acceptProposal = answer('acceptProposal', Part, [NotYourMove, UnitsExhausted], partById)
const declineProposal = answer('declineProposal', Part, [NotYourMove], partById)
const resolvePart = answer('resolvePart', Part, [NotYourMove, AboveCeiling, WorkBeforeAnnouncement, NoScopePolicy], partById)
const confirmResolution = answer('confirmResolution', Part, [NotYourMove], partById)
const doubtResolution = answer('doubtResolution', Part, [NotYourMove], partById)
const splitPart = answer('splitPart', Part, [NoScopePolicy], partById)
const awaitDependency = answer('awaitDependency', Part, [NotYourMove], partById)
const dependencyAnswered = answer('dependencyAnswered', Part, [NotYourMove], partById)

/** What a part shows beside its own columns. */
@Resolver(() => Part)
export class PartResolver {
  @FieldResolver(() => Ticket, { description: 'The ticket that it belongs to.' })
  async ticket(@Root() part: PartRow, @Ctx() ctx: Context) {
    return ticketById(await reading(ctx), part.ticketId)
  }

  @FieldResolver(() => Component, { nullable: true, description: 'The component it happens in; null while it is not known.' })
  async component(@Root() part: PartRow, @Ctx() ctx: Context) {
    return part.componentId && componentById(await reading(ctx), part.componentId)
  }

  @FieldResolver(() => Decision, { description: 'The decision that stands: whose duty, who handles it, who pays, by when, and why.' })
  async decision(@Root() part: PartRow, @Ctx() ctx: Context): Promise<DecisionRow> {
    return decisionOf(await reading(ctx), part.id)
  }

  @FieldResolver(() => [Decision], { description: 'Every decision about it, the oldest first; none is ever changed.' })
  async decisions(@Root() part: PartRow, @Ctx() ctx: Context) {
    return decisionsOf(await reading(ctx), part.id)
  }

  @FieldResolver(() => Decision, { nullable: true, description: 'A dearer decision that waits for the customer; null when none does.' })
  async proposal(@Root() part: PartRow, @Ctx() ctx: Context) {
    return part.state === 'PROPOSED' ? openProposal(await reading(ctx), part.id) : null
  }

  @FieldResolver(() => CeilingType, { description: 'The most that the customer has accepted to be charged.' })
  ceiling(@Root() part: PartRow) {
    return shownCeiling(ceilingOf(part))
  }

  @FieldResolver(() => UnitCharge, { nullable: true, description: 'What the resolution charges; null before it, or for nothing. Taken when it is confirmed.' })
  charge(@Root() part: PartRow): UnitCharge | null {
    return part.chargeUnit && part.chargeUnits ? { unit: part.chargeUnit, units: part.chargeUnits } : null
  }

  @FieldResolver(() => Agreement, { nullable: true, description: 'The agreement whose units it is charged to; null for none.' })
  async agreement(@Root() part: PartRow, @Ctx() ctx: Context) {
    return part.agreementId && agreementById(await reading(ctx), part.agreementId as Id<'agr'>)
  }

  @FieldResolver(() => [Clock], { description: 'The promises that run or ran on it.' })
  async clocks(@Root() part: PartRow, @Ctx() ctx: Context) {
    return clocksOf(await reading(ctx), part.id)
  }

  @FieldResolver(() => [StatedFact], { description: 'Everything that was stated about it, by whom and when.' })
  async facts(@Root() part: PartRow, @Ctx() ctx: Context): Promise<StatedFact[]> {
    return factsOf(await reading(ctx), part.id)
  }

  @FieldResolver(() => NextMove, { description: 'Who moves next on it and by when; the same for every reader.' })
  async nextMove(@Root() part: PartRow, @Ctx() ctx: Context): Promise<NextMove> {
    return nextMoveOn(await reading(ctx), part)
  }
}

/** What can be done with a part. */
@Resolver(() => Part)
export class PartMutations {
  @permit('facts:state')
  @Mutation(() => stateFacts.type, { description: 'States facts about a part; their source is the caller. What becomes cheaper by them holds at once; sources that disagree are shown as contested.' })
  stateFacts(@Arg('input', () => inputs.StateFactsInput, { description: 'The facts.' }) input: inputs.StateFactsInput, @Ctx() ctx: Context) {
    return command(ctx, stateFacts, input, (act) => announcing.stateFactsOfPart(act, input))
  }

  @permit('tickets:work')
  @Mutation(() => announceClass.type, { description: 'Tells the customer the class, decided from the facts so far. Cheaper holds at once, and takes back a proposal that waits; dearer waits for the customer\'s yes.' })
  announceClass(@Arg('input', () => inputs.AnnounceClassInput, { description: 'The part.' }) input: inputs.AnnounceClassInput, @Ctx() ctx: Context) {
    return command(ctx, announceClass, input, (act) => announcing.announceClass(act, input))
  }

  @permit('tickets:confirm')
  @Mutation(() => acceptProposal.type, { description: 'Accepts a dearer decision: its units are set aside now, and work may be charged from now on.' })
  acceptProposal(@Arg('input', () => inputs.AcceptProposalInput, { description: 'The proposal that was read.' }) input: inputs.AcceptProposalInput, @Ctx() ctx: Context) {
    return command(ctx, acceptProposal, input, (act) => announcing.acceptProposal(act, input))
  }

  @permit('tickets:confirm')
  @Mutation(() => declineProposal.type, { description: 'Declines a dearer decision. It costs nothing; what was accepted before still stands.' })
  declineProposal(@Arg('input', () => inputs.DeclineProposalInput, { description: 'The proposal.' }) input: inputs.DeclineProposalInput, @Ctx() ctx: Context) {
    return command(ctx, declineProposal, input, (act) => announcing.declineProposal(act, input))
  }

  @permit('tickets:work')
  @Mutation(() => resolvePart.type, { description: 'Resolves a part with its cause and finding. The charge is the accepted row of that cause, or less; it is taken when the customer confirms.' })
  resolvePart(@Arg('input', () => inputs.ResolvePartInput, { description: 'What it was.' }) input: inputs.ResolvePartInput, @Ctx() ctx: Context) {
    return command(ctx, resolvePart, input, (act) => resolving.resolvePart(act, input))
  }

  @permit('tickets:confirm')
  @Mutation(() => confirmResolution.type, { description: 'Confirms that it is solved: units are taken, or go back to where they came from.' })
  confirmResolution(@Arg('input', () => inputs.ConfirmResolutionInput, { description: 'The part.' }) input: inputs.ConfirmResolutionInput, @Ctx() ctx: Context) {
    return command(ctx, confirmResolution, input, (act) => resolving.confirmResolution(act, input))
  }

  @permit('tickets:confirm')
  @Mutation(() => doubtResolution.type, { description: 'Says that it is not solved: open again at no cost, and the clock goes on from where it was.' })
  doubtResolution(@Arg('input', () => inputs.DoubtResolutionInput, { description: 'What is still wrong.' }) input: inputs.DoubtResolutionInput, @Ctx() ctx: Context) {
    return command(ctx, doubtResolution, input, (act) => resolving.doubtResolution(act, input))
  }

  @permit('tickets:work')
  @Mutation(() => splitPart.type, { description: 'Splits a second cause off. What can be charged in all stays at most what was accepted.' })
  splitPart(@Arg('input', () => inputs.SplitPartInput, { description: 'The new part.' }) input: inputs.SplitPartInput, @Ctx() ctx: Context) {
    return command(ctx, splitPart, input, (act) => split(act, input))
  }

  @permit('tickets:work')
  @Mutation(() => awaitDependency.type, { description: 'Waits for a third party, in public. The vendor keeps the next move, and no clock pauses.' })
  awaitDependency(@Arg('input', () => inputs.AwaitDependencyInput, { description: 'For whom and for what.' }) input: inputs.AwaitDependencyInput, @Ctx() ctx: Context) {
    return command(ctx, awaitDependency, input, (act) => conversation.awaitDependency(act, input))
  }

  @permit('tickets:work')
  @Mutation(() => dependencyAnswered.type, { description: 'The third party answered: the part is open again.' })
  dependencyAnswered(@Arg('input', () => inputs.DependencyAnsweredInput, { description: 'The part.' }) input: inputs.DependencyAnsweredInput, @Ctx() ctx: Context) {
    return command(ctx, dependencyAnswered, input, (act) => conversation.dependencyAnswered(act, input))
  }
}
