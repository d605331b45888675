import type { Story } from '../player.js'
import { announce, answer, ask, awaitThird, confirm, doubt, needsNothing, noAnswer, note, reply, resolve, thirdAnswered } from '../steps.js'

/** Lofoten Tørrfisk, where Karin, Jonas and Marit run payroll for a fish drying company. It has ten incidents. */
export const lofoten: readonly Story[] = [
  {
    subject: 'Holiday pay is on the payslip twice', by: 'karin', product: 'LONN', component: 'PAYSLIPS', kind: 'QUESTION', severity: 'NORMAL',
    start: { day: 23, at: '11:12' }, accepts: 1,
    body: 'Hi! Holiday pay shows on two lines of Jonas\' last payslip. Is he paid twice, or is it only the layout?',
    steps: [
      answer('ingrid', '55m', 'Hi Karin. He is paid once: the first line is what he earned last year, the second what is paid now. I will show you where to hide the first.'),
      resolve('ingrid', '1h 10m', {
        cause: 'HOW_TO', finding: 'Payslip layout 2 shows earned holiday pay. The payment is right.',
        answer: 'Under Payslips, Layout, turn off "Earned holiday pay". The amounts stay as they are. I have checked all your payslips of that month: nobody is paid twice.',
      }),
      confirm('karin', '3h'),
    ],
  },
  {
    subject: 'Export stops when the file name has an Ø', by: 'karin', product: 'LONN', component: 'PAYRUN', kind: 'DEFECT', severity: 'HIGH',
    start: { day: 21, at: '10:40' },
    body: 'The payment file for the Værøy office is never written. Røst works. We think it is the letter Ø in "Tørkeri".',
    steps: [
      answer('tor', '35m', 'Thank you, that was a good guess: I can make it happen here. This is ours, so it costs you nothing.'),
      resolve('tor', '1d 1h', {
        cause: 'CODE_DEFECT', finding: 'The file was opened with a path in Latin-1. Reproduced with "Tørkeri" on version 24.3, mended in 24.3.2.',
        answer: 'Mended this morning. Download the export again and open it in your bank; names may have any letter now.',
      }),
      confirm('karin', '1h 30m'),
    ],
  },
  {
    subject: 'The a-melding of last month was sent back', by: 'jonas', product: 'LONN', component: 'ALTINN', kind: 'DEFECT', severity: 'HIGH',
    start: { day: 20, at: '09:05' }, accepts: 'QUOTE',
    body: 'Altinn answers "technical error, try later" since eight o\'clock, and the deadline is tomorrow.',
    steps: [
      answer('ingrid', '25m', 'Hi Jonas. Your report is complete and waits with us; we send it again every ten minutes, so the deadline is safe.'),
      awaitThird('ingrid', '1h', 'Digdir has a fault at Altinn and expects to mend it tonight. We follow it and send your report by ourselves.'),
      thirdAnswered('ingrid', '1d'),
      resolve('ingrid', '20m', {
        cause: 'DEPENDENCY_DEFECT', finding: 'Altinn refused all reports from 07:50 to 23:10, as Digdir has confirmed. Ours was taken at 23:12.',
        answer: 'Altinn took your report last night at 23:12, well in time. The fault was at Digdir, so no incident is used.',
      }),
    ],
  },
  {
    subject: 'Payment file refused the day before payday', by: 'karin', product: 'LONN', component: 'NETS', kind: 'QUESTION', severity: 'HIGH',
    start: { day: 16, at: '08:25' }, accepts: 1,
    body: 'The bank refuses our salary file: "unknown agreement number". Payday is tomorrow. What do we do?',
    steps: [
      answer('tor', '1h 40m', 'Have you tried to send it once more?'),
      noAnswer('karin', '10m'),
      reply('karin', '2m', 'Yes, three times. Please look at the file itself.'),
      answer('ingrid', '1h 5m', 'Karin, I am sorry, that was no answer. I have the file in front of me and stay on it until it is paid.'),
      resolve('ingrid', '35m', {
        cause: 'SETTINGS', waive: true, finding: 'The bank gave the company a new agreement number last week; the old one stood in Lønn. File accepted by Nets at 11:49.',
        answer: 'The bank had changed your agreement number. I have put in the new one and the bank has taken the file: everybody is paid tomorrow. We kept you waiting on a bad day, so this one is on us.',
      }),
      confirm('karin', '20m'),
    ],
  },
  {
    subject: 'Tax card of an employee from Sweden', by: 'karin', product: 'LONN', component: 'PAYRUN', kind: 'QUESTION', severity: 'LOW',
    start: { day: 18, at: '13:05' }, accepts: 1,
    body: 'We hire Lena from Gothenburg for the season. Which tax card do we order, and where do we put it?',
    steps: [
      answer('yasmin', '3h', 'Hi Karin, I write up the steps for you today.'),
      resolve('yasmin', '2h 30m', {
        cause: 'HOW_TO', finding: 'Explained PAYE for foreign workers and where it is chosen.',
        answer: 'Choose "PAYE, foreign worker" under Employee, Tax, and press "Order card". Lønn gets the card from Skatteetaten within a day. What she should choose herself, Skatteetaten can tell her.',
      }),
    ],
  },
  {
    subject: 'Project hours are missing in the report', by: 'karin', product: 'REGNSKAP', component: 'REPORTS', kind: 'DEFECT', severity: 'NORMAL',
    start: { day: 11, at: '09:20' }, accepts: 1,
    body: 'The project report shows 0 hours for "Ny tørkehall", but Jonas has entered 42.',
    steps: [
      answer('ingrid', '1h 15m', 'I see the 42 hours in the ledger and look into why the report does not.'),
      resolve('ingrid', '4h', {
        cause: 'SETTINGS', finding: 'The report was filtered by department 20; the hours stand on 10.',
        answer: 'The report shows department 20 only. Set the filter to "all" and the hours are there.',
      }),
      doubt('karin', '50m', 'I had done that already. With "all" it shows 0 as well, see for yourself.'),
      note('ingrid', '15m', 'She is right. The report drops hours of projects made since our last release.'),
      resolve('ingrid', '1d', {
        cause: 'CODE_DEFECT', finding: 'Projects made since release 11.4 got no row in the report\'s index. Index rebuilt; 11.4.1 closes the hole.',
        answer: 'You were right and I was wrong: our report missed every project made since our last release. It is mended and shows 42 hours. The incident that was set aside is back with you.',
      }),
      confirm('karin', '2h'),
    ],
  },
  {
    subject: 'Sick leave shows a day too many', by: 'jonas', product: 'LONN', component: 'PAYRUN', kind: 'DEFECT', severity: 'NORMAL',
    start: { day: 8, at: '12:15' }, accepts: 1, facts: { customerChange: false },
    body: 'Three of us had two days of sick leave, and Lønn counts three.',
    steps: [
      ask('yasmin', '1h', 'Hi Jonas. Which three, and which dates?'),
      needsNothing('jonas', '20m'),
      reply('jonas', '1m', 'All the names are in last week\'s absence report. You need nothing more from me.'),
      answer('yasmin', '1h', 'Thanks, I have it.'),
      resolve('yasmin', '5h', {
        cause: 'DATA_MISTAKE', finding: 'The last import has Monday twice for three people.',
        answer: 'The last hours file has Monday twice for the three. I have removed the doubles; the counts are two again. The template that I attach refuses doubles.',
      }),
      confirm('jonas', '1h'),
    ],
  },
  {
    subject: 'Last week\'s timesheets are gone', by: 'karin', product: 'LONN', component: 'HOURS_SHEETS', kind: 'DEFECT', severity: 'HIGH',
    start: { day: 3, at: '09:30' },
    body: 'All of last week\'s timesheets of the drying hall are gone. Yesterday they were there. Can you bring them back before payday?',
    steps: [
      answer('tor', '40m', 'Hi Karin. I can see them in last night\'s copy, so nothing is lost for good. First I find out who deleted what.'),
      announce('tor', '2h', 'The log shows that the sheets were deleted with the button "Clear week" at 15:42. Bringing them back from the copy is careful work: two incidents at most, and none if it turns out that the product did it. Shall I?', { dataLoss: true }),
    ],
  },
  {
    subject: 'How do we split a bonus over two months?', by: 'karin', product: 'LONN', component: 'PAYRUN', kind: 'QUESTION', severity: 'NORMAL',
    start: { day: 4, at: '10:10' }, accepts: 1,
    body: 'The board gives everybody a bonus, half this month and half the next. Can Lønn do that in one go?',
    steps: [
      answer('ingrid', '1h 30m', 'It can, with a recurring supplement. I try it on a copy of your payroll first.'),
      resolve('ingrid', '3h', {
        cause: 'HOW_TO', finding: 'Tried on a copy: a supplement with two periods gives the right tax in both months.',
        answer: 'Add the supplement "Bonus" with 2 periods from this month on. I tried it on a copy of your payroll: tax comes out right in both months. Tell me if it does not on yours.',
      }),
    ],
  },
  {
    subject: 'Two employees have no hours this month', by: 'karin', product: 'LONN', component: 'HOURS_SHEETS', kind: 'QUESTION', severity: 'NORMAL',
    start: { day: 2, at: '11:00' }, accepts: 1,
    body: 'Ole and Ragnhild have no hours this month, though the sheet has them. The others came in fine.',
    steps: [
      ask('ingrid', '50m', 'Hi Karin. Can you send me the sheet as it was when you imported it? I think their employee numbers begin with a zero that got lost.'),
    ],
  },
  {
    subject: 'Lunch is deducted on days off', by: 'karin', product: 'LONN', component: 'PAYRUN', kind: 'QUESTION', severity: 'NORMAL',
    start: { ago: '1h 30m' }, accepts: 1,
    body: 'Since this month the half hour for lunch is deducted on days off as well. Where do we turn that off?',
    steps: [],
  },
  {
    subject: 'Two lines for travel accounts on the invoice', by: 'marit', openedBy: 'ingrid', product: 'LONN', component: 'PAYRUN', kind: 'BILLING_QUESTION', severity: 'LOW',
    start: { day: 6, at: '14:00' },
    body: 'Marit asked on the phone why the last invoice has two lines for travel accounts.',
    steps: [
      resolve('ingrid', '45m', {
        cause: 'HOW_TO', finding: 'Two users have the travel module; both lines are right.',
        answer: 'Jonas and Karin both have the travel module, so there is a line for each. If Jonas does not need it, tell me and we credit his line from this month on.',
      }),
      confirm('karin', '2h'),
    ],
  },
]
