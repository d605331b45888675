import { Field, Int, ObjectType } from 'type-graphql'
import { sayUnits } from '../boundary/policy.js'
import { UnitType } from '../catalog/catalog.types.js'
import type { Unit } from '../catalog/words.js'
import { Refusal, type Refused, refuse } from '../kernel/refusal.js'

@ObjectType({
  implements: Refusal,
  description: 'The agreement does not have the units that this can cost. Nothing was reserved, changed or charged.',
})
export class UnitsExhausted extends Refusal {
  @Field(() => UnitType, { description: 'Which units are missing.' })
  unit!: Unit

  @Field(() => Int, { description: 'How many were wanted.' })
  wanted!: number

  @Field(() => Int, { description: 'How many can be taken now.' })
  available!: number
}

export const unitsExhausted = (unit: Unit, wanted: number, available: number): Refused => refuse(UnitsExhausted, {
  message: `This can cost up to ${sayUnits(unit, wanted)}; the agreement has ${sayUnits(unit, available)} left. Nothing was reserved or charged.`,
  next: 'Buy units with `buyPlan`, name another agreement, or ask `previewTicket` for cheaper ways.',
  unit, wanted, available,
})
