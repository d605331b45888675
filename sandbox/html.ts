// HTML without a way to forget escaping: the tag escapes every value that is not Html itself.
import { createHash } from 'node:crypto'

export interface Html { html: string }

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }
const escape = (text: string) => text.replace(/[&<>"']/g, letter => entities[letter]!)

type Part = Html | Html[] | string | number | false | null | undefined

function render(part: Part): string {
  if (part === false || part === null || part === undefined) return ''
  if (Array.isArray(part)) return part.map(render).join('')
  return typeof part === 'object' ? part.html : escape(String(part))
}

/** Template tag: values are escaped, nested templates and lists of them are not; false and null are left out. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html =>
  ({ html: strings.reduce((all, string, i) => all + render(parts[i - 1]) + string) })

const style = `
:root{--ink:#14243a;--ink-2:#46566b;--line:#d9e1e8;--field:#7a8898;--paper:#fff;--ground:#eef3f5;--go:#0b6247;--go-dark:#084a36;
--warm:#f3a93c;--warm-soft:#fff3dc;--warn:#96350f;--warn-soft:#fbeae3;--sea:#1d5a86;
--serif:"Source Serif 4","Source Serif",Charter,Georgia,serif;
--sans:"Schibsted Grotesk",system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 var(--sans);-webkit-text-size-adjust:100%}
a{color:var(--sea);text-underline-offset:3px}
:focus-visible{outline:3px solid var(--warm);outline-offset:2px}
.bar,.foot{max-width:980px;margin:0 auto;padding:22px 24px;display:flex;gap:16px;align-items:center;justify-content:space-between}
.bar b{font-weight:800;font-size:18px;letter-spacing:-.01em}
.pin{background:var(--warm-soft);border:1px solid var(--warm);border-radius:999px;padding:3px 12px;
font-size:14px;font-weight:600;white-space:nowrap}
.foot{color:var(--ink-2);font-size:14px;padding-top:20px;padding-bottom:40px;display:block}
main{max-width:932px;margin:0 auto;background:var(--paper);border-radius:18px;box-shadow:0 1px 0 #cfd9e1;
display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
main>*{padding:48px}
main>.only{grid-column:1/-1;padding:64px 48px}
.pay{border-left:1px solid var(--line)}
h1{font:500 40px/1.12 var(--serif);letter-spacing:-.02em;margin:0 0 18px;text-wrap:balance}
h2{font:500 25px/1.2 var(--serif);letter-spacing:-.01em;margin:9px 0 24px}
p{margin:0 0 14px;text-wrap:pretty}
.only p:last-child{margin:26px 0 0}
.soft{color:var(--ink-2)}
.amount{font:600 46px/1 var(--sans);letter-spacing:-.03em;margin:0 0 34px;font-feature-settings:"tnum","lnum"}
.amount small{font-size:18px;font-weight:500;letter-spacing:0;color:var(--ink-2);margin-left:6px}
table{border-collapse:collapse;width:100%;font-feature-settings:"tnum","lnum"}
caption,th{text-align:left;font-size:14px;font-weight:600;color:var(--ink-2)}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
thead th{padding:0 0 8px;border-bottom:1px solid var(--ink)}
tbody td,tbody th{padding:14px 0;border-bottom:1px solid var(--line);vertical-align:top;
font-size:16px;font-weight:400;color:var(--ink)}
tbody small{display:block;color:var(--ink-2);font-size:14px}
td:last-child,th:last-child:not([scope=row]){text-align:right;white-space:nowrap;padding-left:16px}
tfoot th,tfoot td{padding:16px 0 0;font-size:20px;font-weight:700;color:var(--ink)}
label{display:block;font-weight:600;margin:0 0 6px}
input{width:100%;font:500 18px/1.2 var(--sans);min-height:50px;padding:0 14px;
border:1px solid var(--field);border-radius:10px;background:#fff;color:var(--ink)}
input[name=card_number]{font-feature-settings:"tnum","lnum";letter-spacing:.04em}
input[aria-invalid=true]{border:2px solid var(--warn)}
.field{margin:0 0 20px}
.hint{display:block;font-size:14px;line-height:1.45;color:var(--ink-2);margin:7px 0 0}
.given{margin:0 0 20px}.given span{display:block;font-size:14px;color:var(--ink-2)}
.btn{display:inline-block;font:600 17px/1.2 var(--sans);min-height:52px;padding:15px 22px;border-radius:10px;
border:1px solid var(--go);background:var(--go);color:#fff;cursor:pointer;text-decoration:none;text-align:center}
.btn:hover{background:var(--go-dark)}
form .btn{width:100%}
.back{display:block;text-align:center;margin:8px 0 0;padding:11px}
.alert{background:var(--warn-soft);border-left:4px solid var(--warn);border-radius:4px 10px 10px 4px;
padding:14px 16px;margin:0 0 22px}
.alert b{display:block;color:var(--warn)}
details{border-top:1px solid var(--line);margin-top:24px;padding-top:14px;font-size:15px}
summary{cursor:pointer;font-weight:600;color:var(--sea);padding:6px 0}
dl{display:grid;grid-template-columns:auto 1fr;gap:6px 18px;margin:8px 0 0;font-feature-settings:"tnum","lnum"}
dt{white-space:nowrap}dd{margin:0;color:var(--ink-2)}
@media(max-width:760px){
.bar{padding:14px 20px}main{grid-template-columns:minmax(0,1fr);border-radius:0}main>*,main>.only{padding:30px 20px}
.pay{border-left:0;border-top:1px solid var(--line)}h1{font-size:31px}.amount{font-size:38px;margin-bottom:24px}
.foot{padding:18px 20px 32px}}
`

const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

/** The whole page: no script, no outside request. */
export const page = (title: string, seller: string, body: Html): string => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<header class="bar"><b>${seller}</b><span class="pin">Test mode</span></header>
<main>${body}</main>
<footer class="foot">This page stands in for Stripe Checkout. No money moves, and no card number is kept.</footer>
</body>
</html>
`.html

/** Headers for a page; `formTargets` are the origins that its form may lead to, by redirect. */
export const pageHeaders = (formTargets: string[]): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    'default-src \'none\'', `style-src ${styleHash}`, `form-action 'self' ${formTargets.join(' ')}`, 'base-uri \'none\'',
    'frame-ancestors \'none\'',
  ].join('; '),
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
})
