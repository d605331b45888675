import type { TicketKind } from '../boundary/facts.js'
import type { Severity } from '../catalog/words.js'
import { openTicket, requestQuote } from '../intake/open-ticket.js'
import { OpenTicketInput, ProblemInput, RequestQuoteInput } from '../intake/intake.types.js'
import type { Id } from '../kernel/ids.js'
import { inputOf } from '../kernel/input.js'
import { assignTicket } from '../tickets/conversation.js'
import { AssignTicketInput } from '../tickets/ticket.inputs.js'
import type { ContactKey, MemberKey } from './people.js'
import { type Facts, factsOf, type Step } from './steps.js'
import type { Happening } from './walk.js'
import type { Calendarium, Start } from './when.js'
import type { World } from './world.js'

/** A ticket and what happens in it. Every word of it is read by people. */
export interface Story {
  readonly subject: string
  readonly body: string
  readonly by: ContactKey
  /** Opened by a member for the contact, after a call. */
  readonly openedBy?: MemberKey
  readonly product: string
  readonly component: string
  readonly kind: TicketKind
  readonly severity: Severity
  readonly start: Start
  /** What is said about it when it is opened. */
  readonly facts?: Facts
  /** Incidents that are accepted at most; a quote accepts what it names. Not said: none. */
  readonly accepts?: number | 'QUOTE'
  readonly steps: readonly Step[]
}

/** What happens in a story, each step with its instant. The first member who does something takes the ticket. */
export function play(world: World, calendarium: Calendarium, story: Story): Happening[] {
  let ticketId: Id<'tkt'>
  let at = calendarium.at(story.start)
  const opening: Happening = {
    at, what: `"${story.subject}" is opened`,
    play: async () => { ticketId = await open(world, story) },
  }
  const taker = story.steps.find(({ by }) => world.actor(by).kind === 'MEMBER')
  const steps = story.steps.map((step, index): Happening => {
    at = calendarium.after(at, step.after)
    return {
      at, what: `"${story.subject}", step ${index + 1} by ${step.by}`,
      play: async () => {
        if (step === taker) await take(world, step.by as MemberKey, ticketId)
        return step.play({ world, product: story.product, ticketId })
      },
    }
  })
  return [opening, ...steps]
}

async function open(world: World, story: Story): Promise<Id<'tkt'>> {
  const { subject, body, accepts = 0 } = story
  const by = story.openedBy ?? story.by
  const contactId = story.openedBy ? (world.actor(story.by).id as Id<'con'>) : undefined
  const problem = inputOf(ProblemInput, {
    product: story.product, component: story.component, kind: story.kind, severity: story.severity, facts: factsOf(story.facts),
  })
  const terms = accepts === 'QUOTE'
    ? { quoteId: (await world.perform(by, 'quotes:request', RequestQuoteInput, { problem, contactId }, requestQuote)).id }
    : { problem, acceptCeilingUnits: accepts }
  return (await world.perform(by, 'tickets:open', OpenTicketInput, { subject, body, contactId, ...terms }, openTicket)).id
}

async function take(world: World, by: MemberKey, ticketId: Id<'tkt'>): Promise<void> {
  const memberId = world.actor(by).id as Id<'mem'>
  await world.perform(by, 'tickets:work', AssignTicketInput, { ticketId, memberId }, assignTicket)
}
