/* SPDX-License-Identifier: Apache-2.0
 * The style of the pages: hedgerow green on paper, readable in both light and dark.
 */
#include "obs/page.h"

static const char css[] =
    ":root{color-scheme:light dark;--green:#1e5b3a;--paper:#fbfaf5;--ink:#1d1d1b;--line:#cfd8c9}\n"
    "@media(prefers-color-scheme:dark){:root{--green:#8fd1a6;--paper:#15201a;--ink:#eceee8;--line:#3a4a40}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);font:1.05rem/1.55 system-ui,sans-serif}\n"
    "a{color:var(--green)}a:focus,summary:focus-visible{outline:3px solid var(--green);outline-offset:2px}\n"
    ".skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem}\n"
    "header,main,footer{max-width:62rem;margin:0 auto;padding:1rem}\n"
    "header{border-bottom:2px solid var(--line)}.site{font-size:1.2rem;font-weight:700;margin:.2rem 0}\n"
    "nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;list-style:none;margin:0;padding:0}\n"
    "h1{line-height:1.2}h2{border-bottom:1px solid var(--line)}\n"
    "dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.3rem 1rem}\n"
    "dt{font-weight:600}dd{margin:0;grid-column:2;overflow-wrap:anywhere}dd dl{margin:0}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem;list-style:none;"
    "padding:0}\n"
    ".cards li{border:1px solid var(--line);border-radius:.5rem;padding:.7rem 1rem}.cards p{margin:.3rem 0 "
    "0}\n"
    ".kind{display:inline-block;border:1px solid var(--green);border-radius:1rem;padding:0 .7rem;margin:0 "
    ".4rem .6rem 0}\n"
    ".example{border-style:dashed}\n"
    "label{font-weight:600}textarea{display:block;width:100%;margin:.3rem 0;padding:.7rem;font:.95rem/1.45 "
    "ui-monospace,monospace;background:transparent;color:inherit;border:1px solid "
    "var(--green);border-radius:.5rem;"
    "tab-size:2}\n"
    "button,select{font:inherit;padding:.35rem .9rem;border:1px solid var(--green);border-radius:.5rem;"
    "background:var(--paper);color:var(--green)}button{background:var(--green);color:var(--paper);font-"
    "weight:600;"
    "cursor:pointer}.pair{display:inline-block;margin:.3rem 0 0 .6rem}\n"
    ":is(textarea,button,select,.table):focus-visible{outline:3px solid var(--green);outline-offset:2px}\n"
    ".table{overflow-x:auto;border:1px solid "
    "var(--line);border-radius:.5rem}table{border-collapse:collapse;width:100%}\n"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .8rem;border-bottom:1px solid var(--line);"
    "min-width:7rem}th{white-space:nowrap}tbody tr:last-child td{border-bottom:0}\n"
    ".answer{font-size:1.6rem;font-weight:700}.problem{border-left:.3rem solid var(--green);padding:.5rem "
    "1rem}\n"
    ".file{margin-left:.6rem;white-space:nowrap}[aria-busy=true]{opacity:.5}\n"
    "footer{border-top:2px solid var(--line);font-size:.95rem}\n"
    "@media(max-width:36rem){dl{grid-template-columns:1fr}dd{grid-column:1}dd dl{padding-left:1rem;"
    "border-left:2px solid var(--line)}}\n";

bo_str bo_page_css(void) {
    return (bo_str){css, sizeof css - 1};
}
