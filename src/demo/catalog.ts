import type { ComponentOwner, DutyKind } from '../catalog/words.js'

/** What Havblikk sells: products with their components and causes, and the duties that come with each. */

interface Cause { readonly code: string; readonly name: string; readonly description: string }

/** What a problem can turn out to have been; the two that every vendor has come beside these. */
export const causes: readonly Cause[] = [
  { code: 'CODE_DEFECT', name: 'Defect in the code', description: 'The code of the component does not do what was promised.' },
  { code: 'DEPENDENCY_DEFECT', name: 'Fault at a third party', description: 'A part that another company runs or makes was at fault.' },
  { code: 'PARTNER_DEFECT', name: 'Fault in partner work', description: 'A part that a certified partner built was at fault.' },
  { code: 'OUTAGE', name: 'Outage', description: 'The product was down or out of reach for many.' },
  { code: 'DATA_DAMAGED_BY_PRODUCT', name: 'Data damaged by the product', description: 'The product lost or changed data by itself.' },
  { code: 'FIXED_IN_RELEASE', name: 'Fixed in a release', description: 'A defect that a published release mends.' },
  { code: 'HOW_TO', name: 'How to', description: 'The product works; the way to do it was not known.' },
  { code: 'SETTINGS', name: 'Settings', description: 'A setting had another value than was wanted.' },
  { code: 'CUSTOMER_CHANGE', name: 'Change at the customer', description: 'Something was changed on the customer\'s side just before it began.' },
  { code: 'CUSTOMER_SYSTEM', name: 'The customer\'s own system', description: 'Network, computer or another program of the customer.' },
  { code: 'CUSTOM_CODE', name: 'Custom code', description: 'Code that changes the product and is not ours.' },
  { code: 'DATA_MISTAKE', name: 'Mistake in the data', description: 'Something was entered, imported or deleted by mistake.' },
  { code: 'CHANGE_WANTED', name: 'Change wanted', description: 'It works as described; something else is wanted.' },
  { code: 'TRAINING_NEEDED', name: 'Training needed', description: 'It takes a lesson rather than an answer.' },
]

interface Duty { readonly code: string; readonly kind: DutyKind; readonly statement: string }

export const dutyCodes = ['DEFECT', 'AVAILABILITY', 'SECURITY_FIX', 'DATA_KEPT', 'STATUS_MESSAGES', 'ACCOUNT'] as const

/** The same for each product, so that customers learn them once. */
export const duties: readonly (Duty & { readonly code: (typeof dutyCodes)[number] })[] = [
  { code: 'DEFECT', kind: 'DEFECT', statement: 'What does not work as described, we mend at our cost, with or without a plan.' },
  { code: 'AVAILABILITY', kind: 'AVAILABILITY', statement: 'The product is there 99.8 % of each month. When it is not, we work until it is.' },
  { code: 'SECURITY_FIX', kind: 'SECURITY_FIX', statement: 'We close every security hole that we learn of, and thank those who tell us.' },
  { code: 'DATA_KEPT', kind: 'DATA_KEPT', statement: 'We keep your data whole. What our product damages, we bring back.' },
  { code: 'STATUS_MESSAGES', kind: 'STATUS_MESSAGES', statement: 'While something is wrong, we say what, whom it concerns and what comes next, at least every two hours.' },
  { code: 'ACCOUNT', kind: 'STATUS_MESSAGES', statement: 'Questions about invoices and data, complaints and second looks at a decision are answered free.' },
]

export interface ComponentSpec {
  readonly code: string
  readonly name: string
  readonly owner: ComponentOwner
  readonly ownerName?: string
  readonly description: string
}

export interface ProductSpec {
  readonly code: string
  readonly name: string
  readonly description: string
  readonly exclusions: string
  readonly turnTo: string
  readonly components: readonly ComponentSpec[]
}

const lonn: ProductSpec = {
  code: 'LONN', name: 'Lønn', description: 'Payroll for companies with 1 to 200 employees: hours in, payslips and reports out.',
  exclusions: 'Advice on tax and labour law.', turnTo: 'Your accountant, or the Norwegian Tax Administration for questions of law.',
  components: [
    { code: 'PAYRUN', name: 'Payroll run', owner: 'OWN', description: 'Calculating and approving a payroll run, and its files.' },
    { code: 'PAYSLIPS', name: 'Payslips', owner: 'OWN', description: 'Payslips on paper, by mail and on My page.' },
    { code: 'ALTINN', name: 'Reports to Altinn', owner: 'DEPENDENCY', ownerName: 'Digdir', description: 'The monthly a-melding, sent through Altinn.' },
    { code: 'NETS', name: 'Salary payments', owner: 'DEPENDENCY', ownerName: 'Nets', description: 'Payment files to the bank.' },
    { code: 'HOURS_SHEETS', name: 'Your hours sheets', owner: 'CUSTOMER_OWNED', description: 'Spreadsheets and scripts of yours that bring hours in.' },
    { code: 'SHIFT_RULES', name: 'Shift rules', owner: 'PARTNER_BUILT', ownerName: 'Nordlys Konsult', description: 'Overtime and shift rules that a partner built for you.' },
  ],
}

const regnskap: ProductSpec = {
  code: 'REGNSKAP', name: 'Regnskap', description: 'Accounting: ledger, VAT, reports and bank reconciliation.',
  exclusions: 'Bookkeeping itself, and advice on tax.', turnTo: 'An authorised accountant; Regnskap Norge has a list.',
  components: [
    { code: 'LEDGER', name: 'Ledger', owner: 'OWN', description: 'Vouchers, accounts, projects and VAT codes.' },
    { code: 'REPORTS', name: 'Reports', owner: 'OWN', description: 'Balance, result, VAT return and your own reports.' },
    { code: 'BANK_FEED', name: 'Bank feed', owner: 'DEPENDENCY', ownerName: 'Nets', description: 'Transactions and balances from the bank.' },
    { code: 'MACROS', name: 'Your report macros', owner: 'CUSTOMER_OWNED', description: 'Macros and spreadsheets of yours that read our exports.' },
    { code: 'SHOP_ADAPTER', name: 'Web shop adapter', owner: 'PARTNER_BUILT', ownerName: 'Fjordkode', description: 'Orders from your web shop as vouchers.' },
  ],
}

const kobling: ProductSpec = {
  code: 'KOBLING', name: 'Kobling', description: 'Integrations: an API, webhooks and sign-in for everything around Lønn and Regnskap.',
  exclusions: 'Writing your integration.', turnTo: 'A certified partner: Nordlys Konsult or Fjordkode.',
  components: [
    { code: 'API', name: 'API', owner: 'OWN', description: 'The REST API and its keys.' },
    { code: 'WEBHOOKS', name: 'Webhooks', owner: 'OWN', description: 'Messages about what happened, signed and sent again when they fail.' },
    { code: 'SIGN_IN', name: 'Sign-in with BankID', owner: 'DEPENDENCY', ownerName: 'BankID BankAxept', description: 'Signing in with BankID.' },
    { code: 'SCRIPTS', name: 'Your scripts', owner: 'CUSTOMER_OWNED', description: 'Programs of yours that call the API.' },
    { code: 'WAREHOUSE', name: 'Warehouse link', owner: 'PARTNER_BUILT', ownerName: 'Nordlys Konsult', description: 'Stock levels from the warehouse system.' },
  ],
}

export const products: readonly ProductSpec[] = [lonn, regnskap, kobling]
