import { Field, Int, ObjectType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Refusal } from '../kernel/refusal.js'
import type { Mover, State } from './ticket-state.js'
import { MoverType, StateType } from './ticket.types.js'

@ObjectType({
  implements: Refusal,
  description: 'The charge of this cause is above what the customer has accepted. Nothing was resolved or charged (B5, R2).',
})
export class AboveCeiling extends Refusal {
  @Field(() => Int, { description: 'Units that the customer has accepted at most.' })
  ceilingUnits!: number

  @Field(() => Int, { description: 'Units that it would cost.' })
  chargeUnits!: number
}

@ObjectType({
  implements: Refusal,
  description: 'The work began before the customer was told the class and price of it, so no unit can be taken for it (B6, R4).',
})
export class WorkBeforeAnnouncement extends Refusal {
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the class was announced; null when it never was.' })
  announcedAt!: Date | null
}

@ObjectType({ implements: Refusal, description: 'The part is in a state in which nobody, or somebody else, has this move (S9). Nothing was changed.' })
export class NotYourMove extends Refusal {
  @Field(() => StateType, { description: 'The state the part is in.' })
  state!: State

  @Field(() => MoverType, { description: 'Who has the next move.' })
  nextMover!: Mover
}
