// Writes test/support/stripe/contract.json: what the installed `stripe` package says about the operations named below,
// in the shape of OpenAPI 3.1 (paths, components/schemas), with `x-request` and `x-response` schemas per operation.
//
//   node scripts/stripe-contract.mjs            writes the file
//   node scripts/stripe-contract.mjs --check    exits 1 when the committed file differs
//
// The package ships TypeScript declarations and no OpenAPI file, so the declarations are read with the compiler and the
// method bodies give verb and path.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const project = dirname(dirname(fileURLToPath(import.meta.url)))
const packageFolder = join(project, 'node_modules/stripe')
const esm = join(packageFolder, 'esm')
const resources = join(esm, 'resources')
const target = join(project, 'test/support/stripe/contract.json')

/** The operations to describe: a path under /v1 and what may follow it. */
const WANTED = [
  'customers(/{id})?', 'products(/{id})?', 'prices(/{id})?', 'payment_methods/{id}',
  'checkout/sessions(/{id}(/(expire|line_items))?)?', 'payment_intents(/{id}(/(confirm|capture|cancel))?)?',
  'charges(/{id})?', 'refunds(/{id}(/cancel)?)?', 'balance_transactions(/{id})?', 'events(/{id})?',
  'subscriptions(/{id}(/resume)?)?', 'subscription_items(/{id})?',
  'invoices(/create_preview|/{id}(/(finalize|pay|void|send|mark_uncollectible|lines))?)?', 'invoiceitems(/{id})?',
  'invoice_payments(/{id})?', 'credit_notes(/preview|/{id}(/void)?)?',
  'accounts(/{id})?', 'account_links', 'transfers(/{id}(/reversals)?)?', 'payouts(/{id})?',
  'test_helpers/test_clocks(/{id}(/advance)?)?',
].map(pattern => new RegExp(`^/v1/${pattern.replaceAll('{', '\\{').replaceAll('}', '\\}')}$`))

/** Branches that are left open (any value), because nothing here depends on their exact shape and they are huge. */
const OPEN = [
  /payment_method_(options|data|details)$/, /payment_method_configuration/, /(allowed|excluded)_payment_method_types$/,
  /next_action$/, /mandate_data$/, /\.(level3|radar|radar_options|fraud_details|outcome)$/,
  /\.(shipping|shipping_options|shipping_address_collection)$/,
  /\.(custom_fields|wallet_options|amount_details|hooks|payment_details|source|sources|destination_details)$/,
  /capabilities$/, /^Account\.(company|individual|settings|(future_)?requirements|tos_acceptance|external_accounts)/,
  /^Account(Create|Update)Params\.(company|individual|documents|external_account|settings|tos_acceptance)/,
  /^PaymentMethod\.(?!(id|object|type|card|created|customer|customer_account|livemode|metadata|billing_details)$)[a-z0-9_]+$/,
]

/** Longer lists of literals (countries, tax ids, error codes) become plain strings. */
const LITERALS_AT_MOST = 60

const F = ts.TypeFlags
const nothing = F.Undefined | F.Void | F.Never

const declarationFiles = folder => readdirSync(folder).sort().flatMap(name => {
  const path = join(folder, name)
  if (statSync(path).isDirectory()) return name === 'V2' ? [] : declarationFiles(path)
  return name.endsWith('.d.ts') && name !== 'index.d.ts' && existsSync(path.replace('.d.ts', '.js')) ? [path] : []
})

/** `ClassName.method` → { verb, path } for every method of a resource class that calls `_makeRequest`. */
function callsIn(file) {
  const script = file.replace('.d.ts', '.js')
  const source = ts.createSourceFile(script, readFileSync(script, 'utf8'), ts.ScriptTarget.Latest, true)
  const calls = new Map()
  for (const type of source.statements.filter(ts.isClassDeclaration)) {
    for (const method of type.members.filter(ts.isMethodDeclaration)) {
      const call = /_makeRequest\(\s*'([A-Z]+)',\s*(['`])(.+?)\2/.exec(method.body?.getText() ?? '')
      if (!call) continue
      const path = call[3].replace(/\$\{encodeURIComponent\(\w+\)\}/g, '{id}')
      if (WANTED.some(wanted => wanted.test(path))) {
        calls.set(`${type.name.text}.${method.name.text}`, { verb: call[1].toLowerCase(), path })
      }
    }
  }
  return calls
}

/** Every wanted operation with its declaration: parameters and result as type nodes. */
function operationsOf(program, files) {
  const operations = []
  for (const file of files) {
    const calls = callsIn(file)
    if (calls.size === 0) continue
    for (const type of program.getSourceFile(file).statements.filter(ts.isClassDeclaration)) {
      for (const method of type.members.filter(ts.isMethodDeclaration)) {
        const id = `${type.name.text}.${method.name.text}`
        const call = calls.get(id)
        if (!call || operations.some(known => known.verb === call.verb && known.path === call.path)) continue
        const params = method.parameters.find(parameter => parameter.name.text === 'params')?.type
        const list = /^Api(List|SearchResult)Promise$/.test(method.type.typeName.text)
        const inner = method.type.typeArguments[0]
        const result = inner.typeName?.text === 'Response' ? inner.typeArguments[0] : inner
        operations.push({ id: id.replace('Resource.', '.'), ...call, params, list, result })
      }
    }
  }
  return operations.sort((a, b) => (a.path + a.verb < b.path + b.verb ? -1 : 1))
}

/** The dotted name of a type that the package declares, undefined for others. */
function nameIn(checker, type) {
  const file = type.symbol?.declarations?.[0]?.getSourceFile().fileName
  if (!file?.startsWith(esm)) return undefined
  const folder = dirname(relative(resources, file))
  const prefix = folder === '.' || folder.startsWith('..') ? '' : `${folder.replaceAll('/', '.')}.`
  const name = checker.getFullyQualifiedName(type.symbol).replace(/^".*?"\./, '')
  if (name.endsWith('__type')) return undefined
  return name.startsWith(prefix) ? name : prefix + name
}

const isResource = type => Boolean(type.getProperty('id') && type.getProperty('object'))

/** The schema of a type without parts. */
function scalarOf(checker, type) {
  if (type.aliasSymbol?.name === 'Decimal' || type.symbol?.name === 'Decimal') return { type: 'string' }
  if (type.isStringLiteral()) return { type: 'string', enum: [type.value] }
  if (type.isNumberLiteral()) return { type: 'number', enum: [type.value] }
  if (type.flags & F.BooleanLiteral) return { type: 'boolean', enum: [checker.typeToString(type) === 'true'] }
  if (type.flags & F.String) return { type: 'string' }
  if (type.flags & F.Number) return { type: 'number' }
  if (type.flags & F.Boolean) return { type: 'boolean' }
  if (type.flags & F.Null) return { type: 'null' }
  // `string & {}` stands for any string beside the known literals.
  if (type.isIntersection() && type.types.some(part => part.flags & F.String)) return { type: 'string' }
  if (type.flags & (F.Any | F.Unknown)) return {}
  return undefined
}

function withNull(schema, members) {
  if (!members.some(member => member.flags & F.Null)) return schema
  if (typeof schema.type === 'string' && !schema.enum) return { ...schema, type: [schema.type, 'null'] }
  return { anyOf: [...(schema.anyOf ?? [schema]), { type: 'null' }] }
}

/** Turns types into schemas. Named interfaces are collected under components/schemas, once. */
function converter(checker, kept) {
  const schemas = {}
  const nameOf = type => nameIn(checker, type)

  /** Undefined means: the property never appears. `at` is the dotted place, for OPEN. */
  function schemaOf(type, at) {
    if (OPEN.some(pattern => pattern.test(at))) return {}
    if (type.flags & nothing) return undefined
    const plain = scalarOf(checker, type)
    if (plain) return plain
    if (type.isUnion()) return unionOf(type, at)
    if (type.isIntersection()) return objectOf(type, at)
    if (checker.isArrayType(type)) return { type: 'array', items: schemaOf(checker.getTypeArguments(type)[0], at) ?? {} }
    if (type.symbol?.name === 'ApiList') return listOf(schemaOf(checker.getTypeArguments(type)[0], at))
    const name = nameOf(type)
    if (!name) return objectOf(type, at)
    if (isResource(type) && !kept.has(name)) return { type: 'object' }
    if (!schemas[name]) {
      schemas[name] = {} // entered before its properties are read: types refer to each other
      schemas[name] = objectOf(type, name)
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  function unionOf(type, at) {
    const members = type.types.filter(member => !(member.flags & nothing))
    if (members.some(member => member.symbol?.name === 'Decimal')) return withNull({ type: 'string' }, members)
    const literals = members.filter(member => member.isStringLiteral()).map(member => member.value).sort()
    const expandable = members.some(member => member.flags & F.String)
    const parts = []
    if (literals.length > 0) parts.push({ type: 'string', ...(literals.length <= LITERALS_AT_MOST && { enum: literals }) })
    if (members.some(member => member.flags & F.BooleanLiteral)) parts.push({ type: 'boolean' })
    for (const member of members) {
      const open = member.isIntersection() && literals.length > 0
      if (member.isStringLiteral() || member.flags & (F.BooleanLiteral | F.Null) || open) continue
      const unexpanded = expandable && member.flags & F.Object && isResource(member) && !kept.has(nameOf(member))
      const schema = unexpanded ? undefined : schemaOf(member, at)
      if (schema && !parts.some(part => JSON.stringify(part) === JSON.stringify(schema))) parts.push(schema)
    }
    if (parts.length === 0) return undefined
    return withNull(parts.length === 1 ? parts[0] : { anyOf: parts }, members)
  }

  function objectOf(type, at) {
    const properties = {}
    const required = []
    for (const property of checker.getPropertiesOfType(type)) {
      const declaration = property.valueDeclaration ?? property.declarations[0]
      const schema = schemaOf(checker.getTypeOfSymbolAtLocation(property, declaration), `${at}.${property.name}`)
      if (schema === undefined) continue
      properties[property.name] = schema
      if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name)
    }
    const rest = checker.getIndexTypeOfType(type, ts.IndexKind.String)
    // An interface without properties stands for any object, unless it lists parameters.
    const isOpen = Object.keys(properties).length === 0 && !/Params\b/.test(at)
    const additionalProperties = rest ? (schemaOf(rest, at) ?? true) : isOpen
    return {
      type: 'object',
      ...(required.length > 0 && { required: required.sort() }),
      ...(Object.keys(properties).length > 0 && { properties }),
      additionalProperties,
    }
  }

  return { schemas, schemaOf, nameOf }
}

const listOf = items => ({
  type: 'object',
  required: ['data', 'has_more', 'object', 'url'],
  properties: {
    object: { enum: ['list'] }, url: { type: 'string' }, has_more: { type: 'boolean' },
    data: { type: 'array', items: items ?? {} },
  },
})

/** Event types whose object is one of the kept resources: type → schema of `data.object`. */
function eventsOf(program, checker, convert, kept) {
  const events = {}
  for (const node of program.getSourceFile(join(resources, 'Events.d.ts')).statements.filter(ts.isInterfaceDeclaration)) {
    const at = (type, name) => {
      const property = type.getProperty(name)
      return property && checker.getTypeOfSymbolAtLocation(property, node)
    }
    const declared = checker.getTypeAtLocation(node)
    const name = at(declared, 'type')
    const data = at(declared, 'data')
    const object = data && at(data, 'object')
    const isKept = name?.isStringLiteral() && object && kept.has(convert.nameOf(object))
    if (isKept) events[name.value] = convert.schemaOf(object, 'event')
  }
  return Object.fromEntries(Object.entries(events).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The contract as an object. Operations on events answer with EventBase: the union of all events would be most of the file. */
function buildContract() {
  const files = declarationFiles(resources)
  const program = ts.createProgram(files, {
    noEmit: true, strict: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.Latest,
    module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
  })
  const checker = program.getTypeChecker()
  const operations = operationsOf(program, files)
  const results = operations.flatMap(({ result }) => {
    const type = checker.getTypeFromTypeNode(result)
    return type.isUnion() ? type.types : [type]
  })
  const kept = new Set(['LineItem', 'EventBase'])
  const convert = converter(checker, kept)
  for (const type of results) if (!convert.nameOf(type)?.endsWith('Event')) kept.add(convert.nameOf(type))

  const paths = {}
  for (const { id, verb, path, params, list, result } of operations) {
    const schemaAt = (node, at) => convert.schemaOf(checker.getTypeFromTypeNode(node), at)
    const request = params ? schemaAt(params, 'request') : { type: 'object', additionalProperties: false }
    const isEvent = path.startsWith('/v1/events')
    const object = isEvent ? { $ref: '#/components/schemas/EventBase' } : schemaAt(result, 'response')
    paths[path] ??= {}
    paths[path][verb] = { operationId: id, 'x-request': request, 'x-response': list ? listOf(object) : object }
  }
  const eventBase = program.getSourceFile(join(resources, 'Events.d.ts')).statements
    .find(node => ts.isInterfaceDeclaration(node) && node.name.text === 'EventBase')
  convert.schemaOf(checker.getTypeAtLocation(eventBase), 'event')
  const events = eventsOf(program, checker, convert, kept)
  const schemas = Object.fromEntries(Object.entries(convert.schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
  return { openapi: '3.1.0', info: info(), paths, 'x-events': events, components: { schemas } }
}

const info = () => ({
  title: 'The part of the Stripe API that Demarc uses, as declared by the stripe package',
  version: /'(\d{4}-[^']+)'/.exec(readFileSync(join(esm, 'apiVersion.js'), 'utf8'))[1],
  license: { name: 'MIT (stripe-node)' },
  'x-package': `stripe ${JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version}`,
})

const text = `${JSON.stringify(buildContract())}\n`
if (process.argv.includes('--check')) {
  const same = existsSync(target) && readFileSync(target, 'utf8') === text
  if (!same) console.error('contract.json is not what the stripe package declares: run node scripts/stripe-contract.mjs')
  process.exitCode = same ? 0 : 1
} else {
  writeFileSync(target, text)
  console.log(`${relative(project, target)}: ${text.length} bytes`)
}
