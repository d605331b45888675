// The page behind session.url: shows what is bought and takes a test card. Works without JavaScript.
import type { Charge } from './charges.js'
import { knownEmail, linesOf, paySession, sellerOf, sessions, type LineItem, type Session } from './checkout.js'
import type { Context } from './context.js'
import { StripeFailure } from './errors.js'
import type { Form } from './form.js'
import { html, page, pageHeaders, type Html } from './html.js'
import { formatMoney } from './money.js'

export interface PageAnswer { status: number; headers: Record<string, string>; body: string }

interface Refusal { title: string; message: string }

const cardRows = [
  ['4242 4242 4242 4242', 'is paid'],
  ['4000 0000 0000 0002', 'is declined'],
  ['4000 0000 0000 9995', 'has insufficient funds'],
  ['4000 0000 0000 0069', 'has expired'],
] as const

const each = (line: LineItem): Html =>
  html`<small>${line.quantity} × ${formatMoney(line.price.unit_amount, line.currency)}</small>`

const lineRow = (line: LineItem): Html => html`<tr><th scope="row">${line.description}${line.quantity > 1 && each(line)}</th>
<td>${formatMoney(line.amount_total, line.currency)}</td></tr>`

const totalRow = (session: Session): Html =>
  html`<tfoot><tr><th scope="row">To pay</th><td>${formatMoney(session.amount_total, session.currency)}</td></tr></tfoot>`

function summary(ctx: Context, session: Session): Html {
  const lines = linesOf(ctx, session)
  return html`<section aria-labelledby="what">
<h1 id="what">Pay ${sellerOf(ctx, session)}</h1>
<p class="amount">${formatMoney(session.amount_total, session.currency)}</p>
<table><caption>What you pay for</caption>
<thead><tr><th scope="col">What</th><th scope="col">Amount</th></tr></thead>
<tbody>${lines.map(lineRow)}</tbody>
${lines.length > 1 && totalRow(session)}</table></section>`
}

const emailField = (email: string | null): Html => email
  ? html`<p class="given"><span>Receipt goes to</span>${email}</p>`
  : html`<p class="field"><label for="email">Email</label>
<input id="email" name="email" type="email" autocomplete="email" value="buyer@example.com" required></p>`

const refusedAttributes = html` aria-invalid="true" autofocus`

const cardField = (refusal: Refusal | undefined): Html => html`<p class="field"><label for="card">Card number</label>
<input id="card" name="card_number" value="4242 4242 4242 4242" inputmode="numeric" autocomplete="off" spellcheck="false"
 required maxlength="23" aria-describedby="${refusal ? 'refusal' : 'card-hint'}"${refusal && refusedAttributes}>
<span class="hint" id="card-hint">A test card. Expiry date and security code are not asked for.</span></p>`

const testCardList = html`<details><summary>Test cards</summary>
<dl>${cardRows.map(([number, meaning]) => html`<dt>${number}</dt><dd>${meaning}</dd>`)}</dl></details>`

function form(ctx: Context, session: Session, refusal?: Refusal): Html {
  const isFree = session.amount_total === 0
  const total = formatMoney(session.amount_total, session.currency)
  return html`<section class="pay" aria-labelledby="how"><h2 id="how">${isFree ? 'Nothing to pay' : 'Pay by card'}</h2>
${refusal && html`<div class="alert" role="alert" id="refusal"><b>${refusal.title}</b>${refusal.message}</div>`}
<form method="post" action="/pay/${session.id}">${emailField(knownEmail(ctx, session))}
${!isFree && cardField(refusal)}
${session.custom_text.submit && html`<p>${session.custom_text.submit.message}</p>`}
<button class="btn" type="submit">${isFree ? 'Complete order' : `Pay ${total}`}</button>
${session.cancel_url && html`<a class="back" href="${session.cancel_url}">Cancel and go back</a>`}
</form>${!isFree && testCardList}</section>`
}

function answer(ctx: Context, session: Session, status: number, title: string, body: Html): PageAnswer {
  return { status, headers: pageHeaders([new URL(session.success_url).origin]), body: page(title, sellerOf(ctx, session), body) }
}

// As a header can carry it: letters beyond ASCII are written with percent signs.
const successUrl = (session: Session): string => new URL(session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id)).href

function closedPage(ctx: Context, session: Session, status: number): PageAnswer {
  const seller = sellerOf(ctx, session)
  if (session.status === 'complete') {
    return answer(ctx, session, status, 'Already paid', html`<section class="only"><h1>This is already paid.</h1>
<p class="soft">${formatMoney(session.amount_total, session.currency)} to ${seller}. You are not charged twice.</p>
<p><a class="btn" href="${successUrl(session)}">Continue to ${seller}</a></p></section>`)
  }
  return answer(ctx, session, status, 'Expired', html`<section class="only"><h1>This payment page has expired.</h1>
<p class="soft">Nothing was charged. Go back to ${seller} and start again.</p>
${session.cancel_url && html`<p><a class="btn" href="${session.cancel_url}">Back to ${seller}</a></p>`}</section>`)
}

const openPage = (ctx: Context, session: Session): PageAnswer =>
  answer(ctx, session, 200, `Pay ${sellerOf(ctx, session)}`, html`${summary(ctx, session)}${form(ctx, session)}`)

function refusedPage(ctx: Context, session: Session, status: number, refusal: Refusal): PageAnswer {
  const title = `${refusal.title} Pay ${sellerOf(ctx, session)}`
  return answer(ctx, session, status, title, html`${summary(ctx, session)}${form(ctx, session, refusal)}`)
}

const declineText = (charge: Charge): Refusal =>
  ({ title: String(charge.failure_message), message: 'Nothing was charged. Try another card.' })

const notTestCard: Refusal = { title: 'This is not a test card.', message: 'Nothing was charged. Take one from the list below.' }

function pay(ctx: Context, session: Session, fields: Form): PageAnswer {
  const text = (name: string) => typeof fields[name] === 'string' && fields[name].trim() !== '' ? fields[name].trim() : null
  try {
    const failed = paySession(ctx, session, text('card_number') ?? '', text('email'))
    if (failed) return refusedPage(ctx, session, 402, declineText(failed))
    return { status: 303, headers: { location: successUrl(session), 'cache-control': 'no-store' }, body: '' }
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error
    return refusedPage(ctx, session, 400, notTestCard)
  }
}

/**
 * GET shows the page. POST with `card_number` pays: 303 to the success URL, 402 when declined, 400 for no test card,
 * 409 when paid before, 410 when expired.
 */
export function answerPage(ctx: Context, method: string, id: string, fields: Form): PageAnswer {
  const session = sessions(ctx).get(id)
  if (!session) {
    const body = html`<section class="only"><h1>There is no such payment page.</h1>
<p class="soft">Go back to where you came from and start again.</p></section>`
    return { status: 404, headers: pageHeaders([]), body: page('Not found', ctx.seller, body) }
  }
  const isPost = method === 'POST'
  if (session.status === 'expired') return closedPage(ctx, session, 410)
  if (session.status === 'complete') return closedPage(ctx, session, isPost ? 409 : 200)
  return isPost ? pay(ctx, session, fields) : openPage(ctx, session)
}
