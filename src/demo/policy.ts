import type { PolicyRule } from '../boundary/policy.js'

type Optional = 'charge' | 'dutyCode' | 'turnTo'
const rule = (given: Omit<PolicyRule, Optional> & Partial<Pick<PolicyRule, Optional>>): PolicyRule =>
  ({ charge: null, dutyCode: null, turnTo: null, ...given })

/** Service: what everybody who has the product is owed. */
const owed: PolicyRule[] = [
  rule({
    key: 'security-report',
    condition: 'kind == "SECURITY_REPORT"',
    class: 'SERVICE', handler: 'VENDOR', payer: 'VENDOR', dutyCode: 'SECURITY_FIX',
    reason: 'Thank you for telling us. Security reports go straight to our security team, stay confidential and never cost ' +
      'you anything, whatever they turn out to be.',
    example: 'You notice that a colleague without rights can open the salary report.',
  }),
  rule({
    key: 'account-matters',
    condition: 'kind in ["BILLING_QUESTION", "DATA_REQUEST", "COMPLAINT", "REVIEW"]',
    class: 'SERVICE', handler: 'VENDOR', payer: 'VENDOR', dutyCode: 'ACCOUNT',
    reason: 'Questions about an invoice, requests for your data, complaints, and asking us to look at a decision again are ' +
      'part of being our customer. They are always free.',
    example: 'An invoice shows twelve users, and you have ten.',
  }),
  rule({
    key: 'outage',
    condition: 'outage || kind == "OUTAGE_REPORT" || cause == "OUTAGE"',
    class: 'SERVICE', handler: 'VENDOR', payer: 'VENDOR', dutyCode: 'AVAILABILITY',
    reason: 'Keeping the product running is our duty. Reporting that it is down is free, and you get the same updates as ' +
      'everybody who is affected, until it works again.',
    example: 'Nobody in your office can sign in, and the status page says that we are working on it.',
  }),
  rule({
    key: 'failed-check',
    condition: 'checkFailed && componentOwner == "OWN" && versionSupported',
    class: 'SERVICE', handler: 'VENDOR', payer: 'VENDOR', dutyCode: 'DEFECT',
    reason: 'Our own test fails in a part that we made. That is proof enough: we mend it at our cost, and you need not show ' +
      'anything else.',
    example: 'You run the calendar check before writing to us, and it comes back red.',
  }),
]

/** Wishes for something new, before anything that could be charged by the incident. */
const newWork: PolicyRule[] = [
  rule({
    key: 'training',
    condition: 'kind == "TRAINING" || cause == "TRAINING_NEEDED"',
    class: 'NEW_WORK', handler: 'PARTNER', payer: 'CUSTOMER',
    reason: 'Learning the product from the ground up takes a planned lesson rather than a ticket. You get an offer with a ' +
      'fixed price; nothing is done or billed before you say yes.',
    example: 'Three new colleagues start on Monday and have never used the product.',
  }),
  rule({
    key: 'change-or-consulting',
    condition: 'kind in ["CHANGE_REQUEST", "CONSULTING"] || cause == "CHANGE_WANTED"',
    class: 'NEW_WORK', handler: 'VENDOR', payer: 'CUSTOMER',
    reason: 'This would be something new rather than a repair. We close the question without a charge and send you a proposal ' +
      'with a price. Nothing is done or billed before you accept it.',
    example: 'You would like the monthly report to show a second currency.',
  }),
]

/** Faults, by whose part it is. */
const faults: PolicyRule[] = [
  rule({
    key: 'data-damaged-by-product',
    condition: 'cause == "DATA_DAMAGED_BY_PRODUCT"',
    class: 'SERVICE', handler: 'VENDOR', payer: 'VENDOR', dutyCode: 'DATA_KEPT',
    reason: 'Our product damaged your data, so bringing it back is on us, on any version and with any plan.',
    example: 'An update empties the notes field of two hundred records.',
  }),
  rule({
    key: 'partner-built-fault',
    condition: 'cause == "PARTNER_DEFECT" || cause == "CODE_DEFECT" && componentOwner == "PARTNER_BUILT"',
    class: 'THIRD_PARTY', handler: 'PARTNER', payer: 'PARTNER',
    reason: 'The fault is in a part that a certified partner built for you. The partner mends it at its own cost; you pay ' +
      'nothing, and we follow it until it works.',
    example: 'The warehouse screen that a partner made for you shows the wrong stock.',
  }),
  rule({
    key: 'dependency-fault',
    condition: 'cause == "DEPENDENCY_DEFECT" || cause == "CODE_DEFECT" && componentOwner == "DEPENDENCY"',
    class: 'THIRD_PARTY', handler: 'NOBODY', payer: 'NOBODY',
    turnTo: 'The maker of that part; our list of dependencies names it and links to its help.',
    reason: 'The fault is in a part that another company makes, and only that company can mend it. You pay nothing. We have ' +
      'reported it there and tell you of every workaround we know.',
    example: 'The PDF viewer that we build on shows some fonts as boxes.',
  }),
  rule({
    key: 'unsupported-version',
    condition: '!versionSupported',
    class: 'NOT_OFFERED', handler: 'CUSTOMER', payer: 'NOBODY',
    turnTo: 'The free upgrade guide, or a certified partner who does the upgrade for you.',
    reason: 'Your version is past its support date, so we no longer mend or explain it. You were told the date in advance, ' +
      'and upgrading is included in your licence. On a current version we help at once.',
    example: 'You still run the version of four years ago, and printing stops after a Windows update.',
  }),
  rule({
    key: 'own-defect',
    condition: 'cause == "CODE_DEFECT" && componentOwner != "CUSTOMER_OWNED"',
    class: 'SERVICE', handler: 'VENDOR', payer: 'VENDOR', dutyCode: 'DEFECT',
    reason: 'The product does not do what we promised. Mending our own mistakes is part of what you already paid for: it ' +
      'costs you nothing, with or without a support plan.',
    example: 'The total on an invoice differs from the sum of its lines.',
  }),
  rule({
    key: 'own-defect-already-fixed',
    condition: 'cause == "FIXED_IN_RELEASE" && (!knownFix || consumer)',
    class: 'SERVICE', handler: 'VENDOR', payer: 'VENDOR', dutyCode: 'DEFECT',
    reason: 'It was our defect. You had not been shown a fix when you wrote, or you bought as a consumer; either way mending ' +
      'it costs you nothing.',
    example: 'The fix is published an hour after you opened the ticket.',
  }),
]

/** What we could not find out is not the customer's bill. */
const notFound: PolicyRule[] = [
  rule({
    key: 'undetermined',
    condition: 'cause == "UNDETERMINED"',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'VENDOR',
    reason: 'We looked and could not say what it was. You do not pay for an answer that we could not give. What we tried ' +
      'stays on the ticket, so that nobody begins from nothing.',
    example: 'The report was slow for a week, then fast again, and the logs show nothing.',
  }),
  rule({
    key: 'not-reproducible',
    condition: 'cause == "NOT_REPRODUCIBLE"',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'VENDOR',
    reason: 'We could not make it happen again. You pay nothing; if it comes back, reply here and we go on from where we ' +
      'stopped.',
    example: 'A window closed by itself once, and never again while we watched.',
  }),
]

/** Support: help with what is the customer's own. */
const help: PolicyRule[] = [
  rule({
    key: 'first-month',
    condition: 'onboarding && (kind == "QUESTION" || cause in ["HOW_TO", "SETTINGS"])',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'VENDOR',
    reason: 'In your first thirty days every question about using the product is on us. A good start is worth more to both of ' +
      'us than a fee.',
    example: 'On your third day you ask how to invite a colleague.',
  }),
  rule({
    key: 'premium',
    condition: 'planKind == "PREMIUM"',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'NOBODY',
    reason: 'Your Premium plan includes this. There is nothing more to pay and nothing is counted.',
    example: 'With a Premium plan you ask how to set up approval in two steps.',
  }),
  rule({
    key: 'customised-code',
    condition: 'customised',
    class: 'SUPPORT', handler: 'PARTNER', payer: 'CUSTOMER', charge: { unit: 'MINUTE', units: 120 },
    reason: 'Here the product has been changed by code that is not ours. A certified partner who knows such code takes it on, ' +
      'for the minutes used, at most 120. If the fault is ours after all, you pay nothing.',
    example: 'A discount rule added by your former consultant stops working after an upgrade.',
  }),
  rule({
    key: 'own-code-fault',
    condition: 'cause == "CODE_DEFECT" && componentOwner == "CUSTOMER_OWNED"',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 1 },
    reason: 'The fault is in a part that belongs to you. We are glad to find it with you and show how to mend it; that is ' +
      'help with your own work and uses one incident.',
    example: 'A script that your team wrote sends dates in the wrong order.',
  }),
  rule({
    key: 'fix-was-public',
    condition: 'cause == "FIXED_IN_RELEASE"',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 1 },
    reason: 'The fix was public before you wrote, or we showed it to you first. Walking you through it uses one incident; ' +
      'doing it yourself with the article is free.',
    example: 'Last month’s release notes name your error, and you would like us to install the update with you.',
  }),
  rule({
    key: 'data-recovery',
    condition: 'dataLoss && cause in ["UNKNOWN", "DATA_MISTAKE"]',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 2 },
    reason: 'Bringing back data that was deleted or overwritten by hand takes care and time, so it uses two incidents. If it ' +
      'turns out that the product lost it, you pay nothing.',
    example: 'Somebody imports last year’s price list over this year’s.',
  }),
  rule({
    key: 'community-question',
    condition: 'planKind == "COMMUNITY" && kind == "QUESTION" && cause in ["UNKNOWN", "HOW_TO", "SETTINGS"]',
    class: 'NOT_OFFERED', handler: 'NOBODY', payer: 'NOBODY',
    turnTo: 'The community forum, where most questions are answered within a day, or a single incident.',
    reason: 'The free Community plan does not include personal help with using the product. Defects, outages and security ' +
      'reports are looked after all the same, free.',
    example: 'With the Community plan you ask which chart suits your figures.',
  }),
  rule({
    key: 'customer-system',
    condition: 'cause == "CUSTOMER_SYSTEM" || componentOwner == "CUSTOMER_OWNED"',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 1 },
    reason: 'It lies in your own equipment or network. We help you find it and say what to ask of whoever looks after it; ' +
      'that uses one incident.',
    example: 'A firewall rule in your office blocks the connection.',
  }),
  rule({
    key: 'after-your-change',
    condition: 'cause in ["CUSTOMER_CHANGE", "DATA_MISTAKE"] || customerChange && cause == "SETTINGS"',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 1 },
    reason: 'It worked until something was changed on your side. We help you put it right; that is support and uses one ' +
      'incident.',
    example: 'After the mail server was moved, reminders are no longer sent.',
  }),
  rule({
    key: 'moving-house',
    condition: 'reinstall && cause in ["UNKNOWN", "HOW_TO", "SETTINGS"]',
    class: 'SUPPORT', handler: 'PARTNER', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 1 },
    reason: 'Moving or installing the product again is well described in our guide and free to do yourself. With a partner at ' +
      'your side it uses one incident.',
    example: 'You have a new server and want the product moved there.',
  }),
  rule({
    key: 'how-to',
    condition: 'kind == "QUESTION" || cause in ["HOW_TO", "SETTINGS"]',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 1 },
    reason: 'The product works; you would like help with using it. That is support: it uses one incident, and the answer may ' +
      'already be in our guide, free.',
    example: 'You ask how to print labels on both sides.',
  }),
  rule({
    key: 'anything-else',
    condition: 'true',
    class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 1 },
    reason: 'We look into it with you. It uses at most one incident, and nothing if the cause turns out to be ours or cannot ' +
      'be found.',
    example: 'Something behaves oddly and nobody can yet say why.',
  }),
]

/**
 * Where Havblikk's service ends and its support begins, drawn as software companies really draw the line. An ordinary question
 * has a ceiling of one incident and none under Premium; two incidents come in only where lost data is known beforehand, and
 * minutes in place of incidents only where changed code is: nobody needs units for what cannot happen to them, and no
 * ticket can be charged in two units.
 */
export const scopeRules: readonly PolicyRule[] = [...owed, ...newWork, ...faults, ...notFound, ...help]
