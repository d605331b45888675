import type { ContactRole, MemberRole } from '../kernel/actor.js'

/** Who works at Havblikk and who buys from it. Keys are what stories call them by; they are kept as external ids. */

export const vendor = {
  name: 'Havblikk', handle: 'havblikk', referencePrefix: 'HAV', locale: 'nb', timeZone: 'Europe/Oslo', currency: 'NOK',
} as const

export interface MemberSpec { readonly key: string; readonly name: string; readonly roles: readonly MemberRole[] }

/** The first one signs Havblikk up. */
export const members = [
  { key: 'ingrid', name: 'Ingrid Solheim', roles: ['ADMIN', 'AGENT'] },
  { key: 'tor', name: 'Tor Henrik Bakken', roles: ['AGENT'] },
  { key: 'yasmin', name: 'Yasmin Ali', roles: ['CATALOG', 'AGENT'] },
  { key: 'per', name: 'Per Arne Lie', roles: ['BILLING', 'REVIEWER'] },
] as const satisfies readonly MemberSpec[]

export type MemberKey = (typeof members)[number]['key']

interface ContactSpec { readonly key: string; readonly name: string; readonly roles: readonly ContactRole[] }

export interface CustomerSpec {
  readonly key: string
  readonly name: string
  readonly country: string
  readonly locale?: string
  readonly consumer?: boolean
  /** The part of a mail address after the @. */
  readonly domain: string
  readonly contacts: readonly ContactSpec[]
}

export const customers = [
  {
    key: 'lofoten', name: 'Lofoten Tørrfisk', country: 'NO', domain: 'lofoten-torrfisk.example',
    contacts: [
      { key: 'karin', name: 'Karin Nilsen', roles: ['REQUESTER', 'APPROVER', 'BILLING'] },
      { key: 'jonas', name: 'Jonas Eide', roles: ['REQUESTER'] },
      { key: 'marit', name: 'Marit Sund', roles: ['APPROVER', 'BILLING'] },
    ],
  },
  {
    key: 'tind', name: 'Tind Regnskapsbyrå', country: 'NO', domain: 'tind-regnskap.example',
    contacts: [{ key: 'even', name: 'Even Haugen', roles: ['ADMIN'] }, { key: 'silje', name: 'Silje Moe', roles: ['REQUESTER', 'SECURITY'] }],
  },
  {
    key: 'kyst', name: 'Kystbyggeren', country: 'NO', domain: 'kystbyggeren.example',
    contacts: [{ key: 'ola', name: 'Ola Brekke', roles: ['REQUESTER', 'APPROVER'] }, { key: 'hege', name: 'Hege Torp', roles: ['BILLING'] }],
  },
  {
    key: 'norrsken', name: 'Norrsken Redovisning', country: 'SE', locale: 'sv', domain: 'norrsken.example',
    contacts: [{ key: 'elin', name: 'Elin Lindqvist', roles: ['REQUESTER', 'APPROVER', 'BILLING'] }],
  },
  {
    key: 'kaffe', name: 'Bergen Kaffebrenneri', country: 'NO', domain: 'bergen-kaffe.example',
    contacts: [{ key: 'amalie', name: 'Amalie Vik', roles: ['REQUESTER', 'BILLING', 'SECURITY'] }],
  },
  {
    key: 'rein', name: 'Finnmark Rein', country: 'NO', domain: 'finnmark-rein.example',
    contacts: [{ key: 'ante', name: 'Ánte Sara', roles: ['REQUESTER', 'APPROVER'] }],
  },
  {
    key: 'hurtig', name: 'Hurtig Bemanning', country: 'NO', domain: 'hurtig-bemanning.example',
    contacts: [{ key: 'farid', name: 'Farid Rahimi', roles: ['REQUESTER', 'APPROVER'] }, { key: 'nora', name: 'Nora Lunde', roles: ['SECURITY', 'ADMIN'] }],
  },
  {
    key: 'sunniva', name: 'Sunniva Aas', country: 'NO', consumer: true, domain: 'sunniva-aas.example',
    contacts: [{ key: 'sunniva', name: 'Sunniva Aas', roles: ['REQUESTER', 'APPROVER', 'BILLING'] }],
  },
] as const satisfies readonly CustomerSpec[]

export type CustomerKey = (typeof customers)[number]['key']
export type ContactKey = (typeof customers)[number]['contacts'][number]['key']

/** `Tor Henrik Bakken` → `tor.henrik.bakken@…` */
export const mailOf = (name: string, domain: string): string =>
  `${name.toLowerCase().replaceAll('á', 'a').replaceAll('å', 'a').replaceAll('ø', 'o').replaceAll('æ', 'ae').replaceAll(' ', '.')}@${domain}`
