import type { Story } from '../player.js'
import { announce, answer, confirm, decline, resolve } from '../steps.js'

/** Norrsken Redovisning in Luleå and Finnmark Rein: one has bought nothing until today, the other had one incident. */
export const norrsken: readonly Story[] = [
  {
    subject: 'The invoice has twelve users, we are ten', by: 'elin', product: 'REGNSKAP', component: 'LEDGER', kind: 'BILLING_QUESTION', severity: 'LOW',
    start: { day: 20, at: '14:20' },
    body: 'The last invoice has twelve users. We have been ten for two months.',
    steps: [
      answer('yasmin', '2h 30m', 'You are right; two were closed and still counted. I see to a credit note.'),
      resolve('yasmin', '2h', {
        cause: 'DATA_MISTAKE', finding: 'Two users were closed and still counted, for two months.',
        answer: 'A credit note for two users and two months is on its way, and the next invoice has ten.',
      }),
      confirm('elin', '3h'),
    ],
  },
  {
    subject: 'SIE import stops at voucher 880', by: 'elin', product: 'REGNSKAP', component: 'LEDGER', kind: 'DEFECT', severity: 'NORMAL',
    start: { day: 19, at: '10:00' },
    body: 'The import from our old system stops at voucher 880 without a message.',
    steps: [
      answer('tor', '1h', 'Hi Elin. I try it with your file.'),
      announce('tor', '4h', 'I cannot make it stop here. I can go through your file with you; that is help with your own data and costs one incident at most, and nothing if the fault is ours after all.'),
      decline('elin', '2h', 'Thank you, we try once more ourselves first.'),
      resolve('tor', '3h', {
        cause: 'NOT_REPRODUCIBLE', finding: 'Imported three times without a fault, 1204 vouchers each.',
        answer: 'It does not stop here, three times out of three. I close this free of charge; if it comes back, answer here and we go on from there.',
      }),
    ],
  },
  {
    subject: 'Amounts in euro look odd in one report', by: 'elin', product: 'REGNSKAP', component: 'REPORTS', kind: 'DEFECT', severity: 'LOW',
    start: { day: 21, at: '13:15' },
    body: 'In the customer list some amounts in euro have four decimals.',
    steps: [
      answer('yasmin', '3h', 'Nice catch. I look at how the list is set up.'),
      announce('yasmin', '1d', 'The list is one of your own making. I can put it right for you, for one incident at most; or change "format" to "money" in the list, which is free.'),
      resolve('yasmin', '12d', {
        cause: 'UNDETERMINED', finding: 'The list was changed again meanwhile and looks right now. What it was cannot be said any more.',
        answer: 'The list looks right by now, and nobody can say what it was. It costs nothing.',
      }),
    ],
  },
  {
    subject: 'Lessons for three new colleagues', by: 'ante', product: 'REGNSKAP', component: 'LEDGER', kind: 'TRAINING', severity: 'LOW',
    start: { day: 16, at: '12:00' },
    body: 'Three new people start next week and have never used Regnskap. Can somebody teach them for half a day?',
    steps: [
      answer('ingrid', '3h', 'With pleasure. Nordlys Konsult in Alta gives lessons; you get an offer with a fixed price today.'),
      resolve('ingrid', '2h', {
        cause: 'TRAINING_NEEDED', finding: 'Half a day for three, on site, by Nordlys Konsult.',
        answer: 'The offer is in your mail. It binds nobody before you accept it, and this question costs nothing.',
      }),
      confirm('ante', '1d'),
    ],
  },
  {
    subject: 'Grants in the result report', by: 'ante', product: 'REGNSKAP', component: 'REPORTS', kind: 'QUESTION', severity: 'NORMAL',
    start: { day: 22, at: '10:20' }, accepts: 1,
    body: 'How do we show grants for reindeer herding on a line of their own?',
    steps: [
      answer('yasmin', '1h', 'With a group of accounts. I write down how.'),
      resolve('yasmin', '2h', {
        cause: 'HOW_TO', finding: 'Group "Grants" with accounts 3400 to 3499.',
        answer: 'Make the group "Grants" with the accounts 3400 to 3499 and drag it above "Other income". The report keeps it from then on.',
      }),
      confirm('ante', '30m'),
    ],
  },
]
