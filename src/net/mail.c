/* SPDX-License-Identifier: Apache-2.0 */
#include "net/mail.h"

#include "base/clock.h"

bo_str bo_mail_address(bo_str from) {
    size_t open = bo_str_find_last(from, '<');
    if (open == from.len) return bo_str_trim(from);
    bo_str rest = bo_str_from(from, open + 1);
    return bo_str_trim(bo_str_head(rest, bo_str_find(rest, '>')));
}

static bool is_ascii(bo_str text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80) return false;
    return true;
}

static void put_escaped(bo_text *out, unsigned char c) {
    static const char digits[] = "0123456789ABCDEF";
    bo_text_char(out, '=');
    bo_text_char(out, digits[c >> 4]);
    bo_text_char(out, digits[c & 15]);
}

/* Encoded words (RFC 2047 section 2): each of at most 75 characters, and of whole characters of UTF-8. */
static void put_words(bo_text *out, bo_str text) {
    enum { WORD_MOST = 60 };
    for (size_t at = 0; at < text.len;) {
        size_t used = 0;
        if (at > 0) BO_TEXT_LIT(out, "\r\n ");
        BO_TEXT_LIT(out, "=?utf-8?Q?");
        while (at < text.len && used <= WORD_MOST - 12) {
            size_t next = at;
            bo_utf8_next(text, &next);
            for (; at < next; at++) {
                unsigned char c = (unsigned char)text.ptr[at];
                bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                if (plain)
                    bo_text_char(out, (char)c);
                else
                    put_escaped(out, c);
                used += plain ? 1 : 3;
            }
        }
        BO_TEXT_LIT(out, "?=");
    }
}

static void put_phrase(bo_text *out, bo_str text) {
    if (is_ascii(text))
        bo_text_put(out, text);
    else
        put_words(out, text);
}

/* "Name <address>": only the name may need encoding. */
static void put_from(bo_text *out, bo_str from) {
    bo_str name = bo_str_trim(bo_str_head(from, bo_str_find_last(from, '<')));
    if (name.len == from.len) {
        bo_text_put(out, from);
        return;
    }
    put_phrase(out, name);
    BO_TEXT_LIT(out, " <");
    bo_text_put(out, bo_mail_address(from));
    BO_TEXT_LIT(out, ">");
}

/* Quoted-printable (RFC 2045 section 6.7), lines of at most 76 characters. */
static void put_line(bo_text *out, bo_str line) {
    enum { LINE_MOST = 75 };
    size_t used = 0;
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        bool last_blank = (c == ' ' || c == '\t') && i + 1 == line.len;
        bool plain = ((c >= ' ' && c < 0x7F && c != '=') || c == '\t') && !last_blank;
        size_t width = plain ? 1 : 3;
        if (used + width > LINE_MOST) {
            BO_TEXT_LIT(out, "=\r\n");
            used = 0;
        }
        if (plain)
            bo_text_char(out, (char)c);
        else
            put_escaped(out, c);
        used += width;
    }
    BO_TEXT_LIT(out, "\r\n");
}

static bool breaks(bo_str text) {
    return bo_str_find(text, '\n') < text.len || bo_str_find(text, '\r') < text.len;
}

bo_status bo_mail_write(bo_text *out, const bo_mail *mail) {
    char date[32];
    if (breaks(mail->from) || breaks(mail->to) || breaks(mail->subject) || breaks(mail->id))
        return bo_fail(BO_INVALID, "a mail's head can't hold a line break");
    bo_str host = bo_mail_address(mail->from);
    bo_time_http(date, mail->date_ms);
    BO_TEXT_LIT(out, "Date: ");
    bo_text_put(out, bo_str_head(bo_str_of(date), 26)); /* without "GMT", which mail writes as a number */
    BO_TEXT_LIT(out, "+0000\r\nFrom: ");
    put_from(out, mail->from);
    BO_TEXT_LIT(out, "\r\nTo: ");
    bo_text_put(out, mail->to);
    BO_TEXT_LIT(out, "\r\nSubject: ");
    put_phrase(out, mail->subject);
    BO_TEXT_LIT(out, "\r\nMessage-ID: <");
    bo_text_put(out, mail->id);
    bo_text_put(out, bo_str_from(host, bo_str_find_last(host, '@')));
    BO_TEXT_LIT(out, ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\n"
                     "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    bo_str rest = mail->text;
    if (bo_str_ends(rest, BO_STR("\n"))) rest.len--;
    for (bo_str line; bo_str_cut(&line, &rest, '\n');) put_line(out, line);
    return out->status;
}
