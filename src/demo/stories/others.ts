import type { Story } from '../player.js'
import { accept, announce, answer, ask, confirm, resolve } from '../steps.js'

/** A coffee roaster, a staffing agency with rules of its own, and a consumer. */
const kaffe: readonly Story[] = [
  {
    subject: 'How do I invite a colleague?', by: 'amalie', openedBy: 'tor', product: 'KOBLING', component: 'API', kind: 'QUESTION', severity: 'LOW',
    start: { day: 15, at: '09:15' }, facts: { onboarding: true },
    body: 'Amalie called: she has started with Kobling this week and would like her colleague to see the keys as well.',
    steps: [
      resolve('tor', '20m', {
        cause: 'HOW_TO', finding: 'First month with the product.',
        answer: 'Under Team, press "Invite" and choose "Developer". In your first month such questions are on us, as many as you like.',
      }),
      confirm('amalie', '1h'),
    ],
  },
  {
    subject: 'The API answers 503', by: 'amalie', product: 'KOBLING', component: 'API', kind: 'OUTAGE_REPORT', severity: 'CRITICAL',
    start: { day: 10, at: '09:05' },
    body: 'Nothing gets through since nine o\'clock, the tills queue up their sales.',
    steps: [
      answer('tor', '9m 24×7', 'We see it: one of our two data halls lost power. The other takes over within half an hour; your tills keep their sales.'),
      answer('tor', '31m 24×7', 'All traffic goes through the other hall since 09:41. Everything that waited is through.'),
      resolve('tor', '1h 40m 24×7', {
        cause: 'OUTAGE', finding: 'Power lost in hall 1 at 08:58; switched over at 09:41. The switch should have been made by itself and was not.',
        answer: 'It was down from 08:58 to 09:41. No sale was lost. Why the second hall did not take over by itself is on the status page; so is what we change.',
      }),
      confirm('amalie', '1h'),
    ],
  },
  {
    subject: 'Sales from the tills as one voucher a day', by: 'amalie', product: 'KOBLING', component: 'SCRIPTS', kind: 'CHANGE_REQUEST', severity: 'LOW',
    start: { day: 5, at: '11:30' },
    body: 'Today each sale is a voucher, some hundred a day. One voucher a day with a list would be enough for us.',
    steps: [
      answer('ingrid', '2h', 'That makes sense for a shop like yours. I ask our developers what it takes.'),
      resolve('ingrid', '1d', {
        cause: 'CHANGE_WANTED', finding: 'Two days of work; others have asked for it too.',
        answer: 'It can be done in two days of work. The proposal with a price is in your mail; nothing starts before you accept it.',
      }),
    ],
  },
  {
    subject: 'Webhooks arrive twice at night', by: 'amalie', product: 'KOBLING', component: 'WEBHOOKS', kind: 'DEFECT', severity: 'NORMAL',
    start: { day: 2, at: '13:10' },
    body: 'Between two and three at night each webhook comes twice, with the same id.',
    steps: [
      answer('tor', '1h 15m', 'Thank you for the ids. Twice can happen when your answer takes longer than ten seconds; I look at what took so long.'),
    ],
  },
]

const hurtig: readonly Story[] = [
  {
    subject: 'Overtime on Sundays is paid at 50 %', by: 'farid', product: 'LONN', component: 'SHIFT_RULES', kind: 'DEFECT', severity: 'HIGH',
    start: { day: 13, at: '08:30' },
    body: 'Sunday shifts are paid at 50 % in place of 100 %. 23 people have noticed.',
    steps: [
      answer('tor', '50m', 'Hi Farid. Your shift rules were changed by code of your own consultant; I look at who should mend it.'),
      announce('tor', '2h', 'The rule for Sundays was overwritten last summer by code that is neither ours nor Nordlys Konsult\'s. A specialist takes it on from your ten hours, for two hours at most; nothing if the fault is ours after all.', { customised: true }),
      accept('farid', '40m'),
      answer('tor', '1h', 'The specialist has started.'),
      resolve('tor', '3h', {
        cause: 'CUSTOM_CODE', finding: 'The override compares the weekday with 6 in place of 7. Changed, and tried with the last three runs.',
        answer: 'Sundays are paid at 100 % again, and the difference for the 23 is in the next run. The change is marked in your code.',
      }),
      confirm('farid', '4h'),
    ],
  },
  {
    subject: 'All data about a former temp', by: 'nora', product: 'LONN', component: 'PAYRUN', kind: 'DATA_REQUEST', severity: 'NORMAL',
    start: { day: 7, at: '10:00' },
    body: 'A former temp asks what we hold about her. Can you give us all of it in one file?',
    steps: [
      answer('yasmin', '4h', 'Yes. You get a file with everything by tomorrow.'),
      resolve('yasmin', '5h', {
        cause: 'HOW_TO', finding: 'Export of one person: 41 payslips, contract, hours.',
        answer: 'The file is under Person, Privacy, Export. It has everything, and the log that she may ask for as well.',
      }),
      confirm('nora', '1h'),
    ],
  },
  {
    subject: 'We waited a week for a call', by: 'nora', product: 'LONN', component: 'PAYRUN', kind: 'COMPLAINT', severity: 'NORMAL',
    start: { day: 17, at: '13:30' },
    body: 'We were promised a call about the new holiday rules within the week. Nobody has called.',
    steps: [
      answer('ingrid', '9h 30m', 'Nora, you are right, and this answer is late as well. I call you today at two.'),
      resolve('ingrid', '2h', {
        cause: 'UNDETERMINED', finding: 'The call stood in the calendar of a colleague on leave.',
        answer: 'The call was in the calendar of somebody on leave. Calls belong to a team from now on, and I have given you my number.',
      }),
    ],
  },
]

const sunniva: readonly Story[] = [
  {
    subject: 'The total is not the sum of the lines', by: 'sunniva', product: 'REGNSKAP', component: 'REPORTS', kind: 'DEFECT', severity: 'LOW',
    start: { day: 9, at: '12:40' },
    body: 'On my invoice the total is 1 kr more than the lines. It says so in your release notes too, I think.',
    steps: [
      ask('yasmin', '2h 30m', 'Hi Sunniva! Which version does it say at the bottom of the page?'),
      resolve('yasmin', '1d 2h', {
        cause: 'FIXED_IN_RELEASE', finding: 'Version 11.2; mended in 11.3.',
        answer: 'I found it without the version: 11.3 mends it, and I have moved you to it. It was our mistake, so it costs you nothing.',
      }),
      confirm('sunniva', '2h'),
    ],
  },
  {
    subject: 'Printing stops after the update of Windows', by: 'sunniva', product: 'REGNSKAP', component: 'REPORTS', kind: 'DEFECT', severity: 'NORMAL',
    start: { day: 6, at: '09:00' },
    body: 'On my old computer nothing is printed any more since Windows was updated.',
    steps: [
      answer('yasmin', '2h', 'I look at which Regnskap runs on it.'),
      announce('yasmin', '1h', 'The old computer runs Regnskap 7, which we stopped mending two years ago. Moving to today\'s version is in your licence and free; the guide takes an hour. We cannot mend the old one.', { versionSupported: false }),
      accept('sunniva', '3h'),
      resolve('yasmin', '2h', {
        cause: 'FIXED_IN_RELEASE', finding: 'Regnskap 7.4 prints through a driver that Windows has removed.',
        answer: 'The guide is attached, and the forum has people who did the same last month. Your data comes along by itself. It costs nothing.',
      }),
      confirm('sunniva', '1d'),
    ],
  },
  {
    subject: 'My bank does not show up', by: 'sunniva', product: 'REGNSKAP', component: 'BANK_FEED', kind: 'DEFECT', severity: 'NORMAL',
    start: { day: 14, at: '09:40' },
    body: 'My bank is not in the list any more when I want to connect it.',
    steps: [
      ask('tor', '1h', 'Hi Sunniva. Which bank is it? Some have changed their names this month.'),
      resolve('tor', '8d', {
        cause: 'DEPENDENCY_DEFECT', finding: 'Nets had dropped Sparebanken Nord from its list for six days.',
        answer: 'I have not heard from you, so I looked for banks that were gone: one was, for six days, and is back in the list. The fault was at Nets, and you pay nothing.',
      }),
    ],
  },
]

export const others: readonly Story[] = [...kaffe, ...hurtig, ...sunniva]
