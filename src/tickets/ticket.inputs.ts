import { InputType } from 'type-graphql'
import { FactInput } from '../boundary/boundary.types.js'
import type { Id } from '../kernel/ids.js'
import { Choice, Code, CommandInput, Flag, Instant, NestedList, Ref, Text } from '../kernel/input.js'
import { VisibilityType } from './ticket.types.js'

@InputType({ description: 'A message in a ticket.' })
export class ReplyInput extends CommandInput {
  @Ref('tkt', 'The ticket.') ticketId!: Id<'tkt'>
  @Text('The text.', { max: 20_000, multiline: true }) body!: string
  @Choice(VisibilityType, 'Who may read it; PUBLIC when not said. Contacts write in public only.', { optional: true }) visibility?: 'PUBLIC' | 'INTERNAL'
  @Flag('Members: it is a question, the customer has the next move and resolution pauses.', { optional: true }) question?: boolean
  @Flag('Members: it only says that the message arrived; it stops no clock.', { optional: true }) receipt?: boolean
}

@InputType({ description: 'A message of the vendor that answers nothing.' })
export class NotAnAnswerInput extends CommandInput {
  @Ref('msg', 'The message that was no answer; the newest answer of the vendor, at most 7 days old.') messageId!: Id<'msg'>
}

@InputType({ description: 'A ticket.' })
export class NeedNothingInput extends CommandInput {
  @Ref('tkt', 'The ticket.') ticketId!: Id<'tkt'>
}

@InputType({ description: 'Who works on a ticket.' })
export class AssignTicketInput extends CommandInput {
  @Ref('tkt', 'The ticket.') ticketId!: Id<'tkt'>
  @Ref('mem', 'The member who takes it; nobody when not said.', { optional: true }) memberId?: Id<'mem'>
}

@InputType({ description: 'Which class a part has, as decided from the facts stated so far.' })
export class AnnounceClassInput extends CommandInput {
  @Ref('prt', 'The part.') partId!: Id<'prt'>
  @NestedList(() => FactInput, 'Facts that are stated first.', { max: 20, optional: true }) facts?: FactInput[]
  @Text('What the customer should read with it.', { max: 2_000, multiline: true, optional: true }) message?: string
}

@InputType({ description: 'What the caller knows about a part.' })
export class StateFactsInput extends CommandInput {
  @Ref('prt', 'The part.') partId!: Id<'prt'>
  @NestedList(() => FactInput, 'The facts; their source is the caller.', { min: 1, max: 20 }) facts!: FactInput[]
}

@InputType({ description: 'A part whose dearer decision waits for the customer.' })
export class AcceptProposalInput extends CommandInput {
  @Ref('prt', 'The part.') partId!: Id<'prt'>
  @Ref('dec', 'The proposed decision that is accepted: exactly the one that was read.') decisionId!: Id<'dec'>
}

@InputType({ description: 'A part whose dearer decision waits for the customer.' })
export class DeclineProposalInput extends CommandInput {
  @Ref('prt', 'The part.') partId!: Id<'prt'>
  @Ref('dec', 'The proposed decision that is declined.') decisionId!: Id<'dec'>
  @Text('Why, if the customer likes to say.', { max: 2_000, multiline: true, optional: true }) reason?: string
}

@InputType({ description: 'What it was.' })
export class ResolvePartInput extends CommandInput {
  @Ref('prt', 'The part.') partId!: Id<'prt'>
  @Code('The code of the cause that was found; UNDETERMINED and NOT_REPRODUCIBLE among them.') cause!: string
  @Text('What was seen, with evidence.', { max: 5_000, multiline: true }) finding!: string
  @Text('The answer that the customer reads.', { max: 20_000, multiline: true }) answer!: string
  @Instant('When the work that may be charged began (B6). Now, when not said.', { optional: true }) workStartedAt?: Date
  @Flag('Charge nothing, whatever the cause costs: cheaper needs nobody\'s consent.', { optional: true }) waive?: boolean
}

@InputType({ description: 'A part that was resolved.' })
export class ConfirmResolutionInput extends CommandInput {
  @Ref('prt', 'The part.') partId!: Id<'prt'>
}

@InputType({ description: 'A part whose resolution does not hold.' })
export class DoubtResolutionInput extends CommandInput {
  @Ref('prt', 'The part.') partId!: Id<'prt'>
  @Text('What is still wrong.', { max: 5_000, multiline: true }) reason!: string
}

@InputType({ description: 'A second cause in the same ticket.' })
export class SplitPartInput extends CommandInput {
  @Ref('prt', 'The part that it is split from.') partId!: Id<'prt'>
  @Text('One line that names the new part.', { max: 200 }) title!: string
  @Ref('cmp', 'The component it happens in, when known.', { optional: true }) componentId?: Id<'cmp'>
}

@InputType({ description: 'Waiting for a third party.' })
export class AwaitDependencyInput extends CommandInput {
  @Ref('prt', 'The part.') partId!: Id<'prt'>
  @Text('For whom and for what; the customer reads it.', { max: 1_000, multiline: true }) reason!: string
}

@InputType({ description: 'A part of a ticket.' })
export class DependencyAnsweredInput extends CommandInput {
  @Ref('prt', 'The part.') partId!: Id<'prt'>
}
