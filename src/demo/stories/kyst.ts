import type { Story } from '../player.js'
import { announce, answer, confirm, reply, resolve } from '../steps.js'

/** Kystbyggeren builds houses; it has five incidents, bought at the old price. */
export const kyst: readonly Story[] = [
  {
    subject: 'Project codes in two levels', by: 'ola', product: 'REGNSKAP', component: 'LEDGER', kind: 'QUESTION', severity: 'NORMAL',
    start: { day: 22, at: '09:50' }, accepts: 1,
    body: 'Can a project have parts? We would like "Strandveien 4" with ground, walls and roof below it.',
    steps: [
      answer('yasmin', '2h', 'Yes, with subprojects. I set up one as an example.'),
      reply('ola', '30m', 'Great, take Strandveien 4.'),
      answer('yasmin', '40m', 'Done; look under Projects.'),
      resolve('yasmin', '1h', {
        cause: 'HOW_TO', finding: 'Subprojects made for Strandveien 4, with a report that adds them up.',
        answer: 'Strandveien 4 has three parts now, and the report "Projects with parts" adds them up. New ones you make with the plus sign.',
      }),
      confirm('ola', '4h'),
    ],
  },
  {
    subject: 'Dates are in the wrong order after our macro', by: 'ola', product: 'REGNSKAP', component: 'MACROS', kind: 'DEFECT', severity: 'NORMAL',
    start: { day: 14, at: '10:30' }, accepts: 1,
    body: 'Our spreadsheet turns 3 December into 12 March since last week. Did you change the export?',
    steps: [
      answer('tor', '5h 10m', 'Sorry for the wait, Ola. The export is as it was, so I look at your macro together with you.'),
      resolve('tor', '3h', {
        cause: 'CODE_DEFECT', finding: 'The macro reads the date as text with the settings of the computer, which was set to English (US) last week.',
        answer: 'The macro read dates by the computer\'s own settings. I changed line 41 so that it reads day before month always; the file is attached.',
      }),
      confirm('ola', '2h'),
    ],
  },
  {
    subject: 'Orders from the web shop come in twice', by: 'ola', product: 'REGNSKAP', component: 'SHOP_ADAPTER', kind: 'DEFECT', severity: 'HIGH',
    start: { day: 5, at: '08:40' }, accepts: 1,
    body: 'Every order from the web shop is in the ledger twice since the day before yesterday.',
    steps: [
      answer('ingrid', '45m', 'I have stopped the adapter so that it gets no worse, and have Fjordkode, who built it, on the line.'),
      resolve('ingrid', '1d', {
        cause: 'PARTNER_DEFECT', finding: 'The adapter sent each order again when our answer took more than 2 seconds. Fjordkode released 3.1.4.',
        answer: 'The fault was in the adapter. Fjordkode has mended it at its own cost and taken out the 31 doubles. You pay nothing.',
      }),
    ],
  },
  {
    subject: 'VAT of 12 % is booked as 15 %', by: 'ola', product: 'REGNSKAP', component: 'LEDGER', kind: 'DEFECT', severity: 'NORMAL',
    start: { ago: '9h' }, accepts: 1, facts: { customerChange: false },
    body: 'Travel is booked with 15 % VAT in place of 12. We have not changed anything.',
    steps: [
      answer('yasmin', '1h 20m', 'Hi Ola, I look at your VAT codes.'),
      announce('yasmin', '1h', 'The log shows that code 13 was changed on your side last week by "hege". You say that nothing was changed, so I keep both in the file until we know. It costs at most the one incident that you accepted.', { customerChange: true }),
    ],
  },
]
