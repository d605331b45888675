import { openProposal } from '../boundary/decisions.js'
import type { FactValue } from '../boundary/facts.js'
import type { Id } from '../kernel/ids.js'
import { acceptProposal, announceClass, declineProposal, stateFactsOfPart } from '../tickets/announcing.js'
import { awaitDependency, dependencyAnswered, needNothing, notAnAnswer, reply as write } from '../tickets/conversation.js'
import { confirmResolution, doubtResolution, resolvePart } from '../tickets/resolving.js'
import { splitPart } from '../tickets/splitting.js'
import * as inputs from '../tickets/ticket.inputs.js'
import { messages, partsOf } from '../tickets/ticket.reads.js'
import type { PartRow } from '../tickets/ticket.types.js'
import type { ContactKey, MemberKey } from './people.js'
import type { Wait } from './when.js'
import type { PersonKey, World } from './world.js'

/** What can happen in a story: each of these makes a step that is played with the product's own verbs. */

/** A ticket under way. */
export interface Scene {
  readonly world: World
  readonly product: string
  readonly ticketId: Id<'tkt'>
}

export interface Step {
  readonly by: PersonKey
  /** How long after the step before. */
  readonly after: Wait
  readonly play: (scene: Scene) => Promise<unknown>
}

export type Facts = Readonly<Record<string, FactValue>>

export const factsOf = (facts: Facts = {}) => Object.entries(facts).map(([name, value]) => ({ name, value }))

async function partOf({ world, ticketId }: Scene, by: PersonKey, number: number): Promise<PartRow> {
  const parts = await world.read(by, (read) => partsOf(read, ticketId))
  const found = parts.find((part) => part.number === number)
  if (!found) throw new Error(`There is no part ${number}.`)
  return found
}

const writes = (by: PersonKey, after: Wait, body: string, how: { question?: true; receipt?: true; visibility?: 'INTERNAL' } = {}): Step => ({
  by, after,
  play: ({ world, ticketId }) => world.perform(by, 'tickets:reply', inputs.ReplyInput, { ticketId, body, ...how }, write),
})

export const reply = (by: ContactKey, after: Wait, text: string): Step => writes(by, after, text)
export const answer = (by: MemberKey, after: Wait, text: string): Step => writes(by, after, text)
export const ask = (by: MemberKey, after: Wait, text: string): Step => writes(by, after, text, { question: true })
export const receipt = (by: MemberKey, after: Wait, text: string): Step => writes(by, after, text, { receipt: true })
export const note = (by: MemberKey, after: Wait, text: string): Step => writes(by, after, text, { visibility: 'INTERNAL' })

/** "You need nothing from me." */
export const needsNothing = (by: ContactKey, after: Wait): Step => ({
  by, after,
  play: ({ world, ticketId }) => world.perform(by, 'tickets:confirm', inputs.NeedNothingInput, { ticketId }, needNothing),
})

/** "This is not an answer": about the newest one. */
export const noAnswer = (by: ContactKey, after: Wait): Step => ({
  by, after,
  play: async ({ world, ticketId }) => {
    const { edges } = await world.read(by, (read) => messages(read, ticketId, { first: 100 }))
    const newest = edges.map(({ node }) => node).filter(({ authorKind }) => authorKind === 'MEMBER').at(-1)
    return world.perform(by, 'tickets:confirm', inputs.NotAnAnswerInput, { messageId: newest!.id }, notAnAnswer)
  },
})

export const state = (by: MemberKey | ContactKey, after: Wait, facts: Facts): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, 1)
    return scene.world.perform(by, 'facts:state', inputs.StateFactsInput, { partId, facts: factsOf(facts) }, stateFactsOfPart)
  },
})

export const announce = (by: MemberKey, after: Wait, message: string, facts: Facts = {}): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, 1)
    return scene.world.perform(by, 'tickets:work', inputs.AnnounceClassInput, { partId, message, facts: factsOf(facts) }, announceClass)
  },
})

export const accept = (by: ContactKey, after: Wait): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, 1)
    return scene.world.perform(by, 'tickets:confirm', inputs.AcceptProposalInput, { partId, decisionId: await proposed(scene, by, partId) }, acceptProposal)
  },
})

export const decline = (by: ContactKey, after: Wait, reason: string): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, 1)
    return scene.world.perform(by, 'tickets:confirm', inputs.DeclineProposalInput, { partId, reason, decisionId: await proposed(scene, by, partId) }, declineProposal)
  },
})

async function proposed({ world }: Scene, by: PersonKey, partId: Id<'prt'>): Promise<Id<'dec'>> {
  const proposal = await world.read(by, (read) => openProposal(read, partId))
  if (!proposal) throw new Error('No proposal is open.')
  return proposal.id
}

export interface Resolution {
  readonly cause: string
  readonly finding: string
  readonly answer: string
  readonly waive?: true
  readonly part?: number
}

export const resolve = (by: MemberKey, after: Wait, { part: number = 1, ...what }: Resolution): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, number)
    return scene.world.perform(by, 'tickets:work', inputs.ResolvePartInput, { partId, ...what }, resolvePart)
  },
})

export const confirm = (by: ContactKey, after: Wait, part = 1): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, part)
    return scene.world.perform(by, 'tickets:confirm', inputs.ConfirmResolutionInput, { partId }, confirmResolution)
  },
})

export const doubt = (by: ContactKey, after: Wait, reason: string): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, 1)
    return scene.world.perform(by, 'tickets:confirm', inputs.DoubtResolutionInput, { partId, reason }, doubtResolution)
  },
})

/** Splits a second cause off the first part. */
export const split = (by: MemberKey, after: Wait, title: string, component: string): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, 1)
    const componentId = scene.world.id('cmp', `component ${scene.product} ${component}`)
    return scene.world.perform(by, 'tickets:work', inputs.SplitPartInput, { partId, title, componentId }, splitPart)
  },
})

/** Waits for a third party, in public. */
export const awaitThird = (by: MemberKey, after: Wait, reason: string): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, 1)
    return scene.world.perform(by, 'tickets:work', inputs.AwaitDependencyInput, { partId, reason }, awaitDependency)
  },
})

export const thirdAnswered = (by: MemberKey, after: Wait): Step => ({
  by, after,
  play: async (scene) => {
    const { id: partId } = await partOf(scene, by, 1)
    return scene.world.perform(by, 'tickets:work', inputs.DependencyAnsweredInput, { partId }, dependencyAnswered)
  },
})
