import type { Story } from '../player.js'
import { answer, awaitThird, confirm, note, receipt, reply, resolve, split } from '../steps.js'

/** Tind Regnskapsbyrå runs payroll for forty companies, at night; it has the Business plan for Lønn, and five incidents for the rest. */
export const tind: readonly Story[] = [
  {
    subject: 'The night run stops at company 17', by: 'silje', product: 'LONN', component: 'PAYRUN', kind: 'DEFECT', severity: 'CRITICAL',
    start: { day: 15, at: '23:35' },
    body: 'The run for payday stops at company 17 of 40 and cannot be started again. 600 people wait for their pay.',
    steps: [
      answer('tor', '18m 24×7', 'I am awake and on it, Silje. The first 16 are safe; I look at why 17 stops.'),
      reply('silje', '4m 24×7', 'Thank you. Call me at any hour.'),
      answer('tor', '35m 24×7', 'Company 17 has an employee with two bank accounts and no main one. We should not stop for that. The run goes on without her; I finish hers by hand.'),
      resolve('tor', '1h 25m 24×7', {
        cause: 'CODE_DEFECT', finding: 'No main bank account threw away the whole batch. Now the one person is set aside with a message. All 40 finished at 01:52.',
        answer: 'All 40 are through, the last at 01:52, and the file is with the bank. From tonight on one person without an account no longer stops a run.',
      }),
      confirm('even', '7h 24×7'),
    ],
  },
  {
    subject: 'The night run is stuck at 0 %', by: 'silje', product: 'LONN', component: 'PAYRUN', kind: 'DEFECT', severity: 'CRITICAL',
    start: { day: 9, at: '22:50' },
    body: 'The run has stood at 0 % for half an hour, for all companies.',
    steps: [
      receipt('tor', '5m 24×7', 'Your message has arrived and the person on duty is being called.'),
      answer('ingrid', '1h 20m 24×7', 'Silje, this is Ingrid. The alarm did not reach the person on duty; I have just heard of it and start now.'),
      resolve('ingrid', '50m 24×7', {
        cause: 'CODE_DEFECT', finding: 'A lock left behind by the update at nine. Removed; the run took 22 minutes. The alarm went to a phone that was off.',
        answer: 'It ran through at 01:04. Our update left a lock behind, and our alarm rang nobody for an hour, which is an hour more than we promised. You will see that on the next invoice without asking.',
      }),
      confirm('silje', '9h 24×7'),
    ],
  },
  {
    subject: 'A payslip opens without signing in', by: 'silje', product: 'LONN', component: 'PAYSLIPS', kind: 'SECURITY_REPORT', severity: 'HIGH',
    start: { day: 12, at: '10:15' },
    body: 'The link in the mail about a new payslip still opens it after signing out, on another computer too. I tried with my own.',
    steps: [
      answer('ingrid', '38m', 'Thank you, Silje. I have made links end with the session for everybody, at 10:50, while we look into it. Please keep it between us until it is closed.'),
      note('ingrid', '2h', 'Log of all links opened by somebody other than the addressee: none but hers.'),
      resolve('ingrid', '1d 3h', {
        cause: 'CODE_DEFECT', finding: 'Links were valid for 30 days by themselves. They need a session now. The log shows no use by others.',
        answer: 'Links need a sign-in now, and the old ones are dead. The log shows that nobody but you opened one without. You found a real hole; thank you.',
      }),
      confirm('silje', '1h'),
    ],
  },
  {
    subject: 'Approval in two steps', by: 'silje', product: 'LONN', component: 'PAYRUN', kind: 'QUESTION', severity: 'NORMAL',
    start: { day: 17, at: '13:20' },
    body: 'Two of our customers want a second person to approve the run. Can we switch that on for them alone?',
    steps: [
      answer('yasmin', '50m', 'You can. I write down how, with pictures.'),
      resolve('yasmin', '3h', {
        cause: 'HOW_TO', finding: 'Explained approval groups; tried with company 8.',
        answer: 'Under Company, Approval, choose "Two persons" and name the group. It holds from the next run on. I switched it on for company 8 so that you can see it.',
      }),
    ],
  },
  {
    subject: 'The sum of employer\'s tax differs by an øre', by: 'even', product: 'LONN', component: 'PAYRUN', kind: 'DEFECT', severity: 'LOW',
    start: { day: 13, at: '09:45' },
    body: 'The sum at the bottom differs by one øre from the lines. And while we are at it: a column with the zone would help.',
    steps: [
      answer('tor', '1h 10m', 'Two things then. The øre is ours; I make a part of its own for the column, so that neither waits for the other.'),
      split('tor', '5m', 'A column with the zone in the report of employer\'s tax', 'PAYRUN'),
      answer('tor', '30m', 'I have found where the øre comes from. The column I take up with our developers today.'),
      resolve('tor', '5h 30m', {
        cause: 'CODE_DEFECT', finding: 'Lines were rounded before they were added. Sums come from the exact amounts now.',
        answer: 'The sum is right to the øre now, for past months too.',
      }),
      resolve('tor', '10m', {
        part: 2, cause: 'CHANGE_WANTED', finding: 'The zone is known per employee; a column is half a day of work.',
        answer: 'The column would be something new. You get a proposal with a fixed price tomorrow; nothing is done or billed before you say yes.',
      }),
      confirm('even', '1d'),
      confirm('even', '5m', 2),
    ],
  },
  {
    subject: 'Altinn is slow and some reports time out', by: 'silje', product: 'LONN', component: 'ALTINN', kind: 'DEFECT', severity: 'HIGH',
    start: { ago: '6h' },
    body: 'Every fifth a-melding ends in a time-out. Sending it again helps, but we have forty of them.',
    steps: [
      answer('tor', '22m', 'I see it too. We send by ourselves what timed out, so you need not press anything.'),
      awaitThird('tor', '1h 30m', 'Digdir has found a slow server at Altinn and replaces it this week. Until then your reports take up to an hour longer; none is lost.'),
    ],
  },
  {
    subject: 'Deleted vouchers are still in the VAT report', by: 'silje', product: 'REGNSKAP', component: 'REPORTS', kind: 'DEFECT', severity: 'NORMAL',
    start: { ago: '4h' },
    body: 'We deleted two vouchers of company 31 and they still count in the VAT report for the fifth term.',
    steps: [
      answer('yasmin', '1h', 'Hi Silje. I see the two in the report. I will know within the day whether it is ours or the order in which things were done, and tell you before anything can cost something.'),
    ],
  },
]
