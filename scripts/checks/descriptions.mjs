// Every type, field, argument, input field and enum value of the emitted schema tells a newcomer what it is.
import { readFileSync } from 'node:fs'
import { buildSchema, isEnumType, isInputObjectType, isIntrospectionType, isInterfaceType, isObjectType, isSpecifiedScalarType } from 'graphql'

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'))
const silent = []
let told = 0

function look(name, thing) {
  if (thing.description?.trim()) told++
  else silent.push(name)
}

for (const type of Object.values(schema.getTypeMap())) {
  if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue
  if (!Object.values({ query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() }).includes(type)) look(type.name, type)
  if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value)
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field)
      for (const argument of field.args ?? []) look(`${type.name}.${field.name}(${argument.name})`, argument)
    }
  }
}
for (const name of silent) console.log(`${name}: no description`)
console.log(`${told + silent.length} elements, ${silent.length} without a description.`)
process.exitCode = silent.length > 0 || told === 0 ? 1 : 0
