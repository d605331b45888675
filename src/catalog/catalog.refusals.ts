import { Field, ObjectType } from 'type-graphql'
import { conflict, Refusal, refuse } from '../kernel/refusal.js'
import type { Gap } from './complete.js'

@ObjectType('Gap', { description: 'One thing that stands in the way of going on sale.' })
class GapType implements Gap {
  @Field(() => String, { description: 'The field or list that it is about, as `turnTo` or `prices`.' }) path!: string
  @Field(() => String, { description: 'What is missing or wrong.' }) message!: string
}

@ObjectType({
  implements: Refusal,
  description: 'It cannot go on sale yet: something that customers rely on is missing or contradicts itself. Nothing was changed.',
})
export class Incomplete extends Refusal {
  @Field(() => [GapType], { description: 'Everything that stands in the way, so that one round is enough.' })
  gaps!: readonly Gap[]
}

/** Refuses when there are gaps, naming all of them. */
export function refuseGaps(what: string, gaps: readonly Gap[]): void {
  if (gaps.length === 0) return
  throw refuse(Incomplete, {
    message: `${what} cannot go on sale yet: ${gaps.map((g) => `${g.path} ${g.message}`).join('; ')}. Nothing was changed.`,
    next: 'Close the gaps and send it again, with a new idempotency key or the same one.',
    gaps,
  })
}

/** Refuses one more of what a reader gets in one list: these lists are short by rule. */
export function refuseWhenFull(found: number, most: number, what: string): void {
  if (found < most) return
  throw conflict(`There are ${most} ${what} already, which is the most there may be. Nothing was changed.`, 'Change one that is there instead.')
}
