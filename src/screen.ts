/** What `npm start` tells when it is ready; the same stands in DATA_DIR/running.json for scripts. */
export interface Running {
  readonly url: string
  readonly graphql: string
  /** Null until live updates exist. */
  readonly websocket: string | null
  /** Null until the explorer exists. */
  readonly explorer: string | null
  /** The Stripe stand-in; null with a real key. */
  readonly sandbox: string | null
  /** Ready-made bearer tokens of the demo world; empty without it. */
  readonly tokens: { readonly member?: string; readonly contact?: string }
  readonly pid: number
}

/** One screen: where it is, who you can be, what to try first. */
export function screen(running: Running): string {
  const { tokens } = running
  const people = tokens.member && tokens.contact
    ? ['', '  Be a member of the vendor\'s staff (Ingrid, Havblikk):', `    ${tokens.member}`, '', '  Be a contact of a customer (Karin, Lofoten Tørrfisk):', `    ${tokens.contact}`]
    : ['', '  The database has no demo world. Make a vendor with the mutation signUpVendor.']
  const first = tokens.contact ? ['', '  Try this first: what would help with a question cost, before you ask for it?', ...tryFirst(running)] : []
  return ['', '  Demarc is ready.', '', `    API      ${running.graphql}`, ...(running.sandbox ? [`    Stripe   ${running.sandbox}  (sandbox: play money, card 4242 4242 4242 4242)`] : []),
    ...people, ...first, '', '  README.md has the tour. Ctrl-C stops everything.', '', ''].join('\n')
}

/** The first step of the README's tour, in short: no token, nothing stored. */
const tryFirst = (running: Running): string[] => [
  '',
  `    curl -s ${running.graphql} -H 'content-type: application/json' \\`,
  '      -d \'{"query":"{ previewTicket(input: {vendor: \\"havblikk\\", problem: {product: \\"LONN\\", kind: QUESTION, severity: NORMAL}}) { ... on Preview { class reason ways { text } } } }"}\'',
]
