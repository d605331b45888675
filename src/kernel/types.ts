import { GraphQLSafeInt } from 'graphql-scalars'
import { Field, ID, InputType, InterfaceType, ObjectType, registerEnumType } from 'type-graphql'
import { Currency, Whole } from './input.js'
import { type Prefix, prefixOf } from './ids.js'

const nodeTypes = new Map<Prefix, string>()

/** Says which GraphQL type the ids of a prefix belong to. */
export const nodeType = (prefix: Prefix, typeName: string): void => void nodeTypes.set(prefix, typeName)

@InterfaceType({
  description: 'Anything with an id of its own.',
  resolveType: (value: { id: string }) => nodeTypes.get(prefixOf(value.id)!) as string,
})
export abstract class Node {
  @Field(() => ID, { description: 'The id: a prefix that says what it is, and a time-ordered unique part.' })
  id!: string
}

@ObjectType({ description: 'An amount of money.' })
export class Money {
  @Field(() => GraphQLSafeInt, { description: 'The amount in minor units (øre, cents), as an integer.' })
  amountMinor!: number

  @Field(() => String, { description: 'ISO 4217 code.' })
  currency!: string
}

@InputType({ description: 'An amount of money.' })
export class MoneyInput {
  @Whole('The amount in minor units (øre, cents).', { min: 0, max: 2_000_000_000 })
  amountMinor!: number

  @Currency()
  currency!: string
}

@ObjectType({ description: 'Where a page of a list begins and ends.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'True when there is more after this page.' })
  hasNextPage!: boolean

  @Field(() => Boolean, { description: 'True when there is more before this page.' })
  hasPreviousPage!: boolean

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  startCursor!: string | null

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge: pass it as `after` for the next page.' })
  endCursor!: string | null
}

/** A string union as a GraphQL enum: one object for `registerEnumType`, with a description for every value. */
export function enumOf<V extends string>(name: string, description: string, values: Record<V, string>): Record<V, V> {
  const type = Object.fromEntries(Object.keys(values).map((v) => [v, v])) as Record<V, V>
  registerEnumType(type, {
    name, description,
    valuesConfig: Object.fromEntries(Object.entries(values).map(([v, d]) => [v, { description: d as string }])) as never,
  })
  return type
}
