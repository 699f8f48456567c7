/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "net/mail.h"

static const char *written(const bo_mail *mail) {
    static char room[8192];
    bo_text text;
    bo_text_init(&text, sizeof room - 1);
    ck_assert_int_eq(bo_mail_write(&text, mail), BO_OK);
    memcpy(room, text.ptr, text.len);
    room[text.len] = '\0';
    bo_text_done(&text);
    return room;
}

static bo_mail plain(void) {
    return (bo_mail){.from = BO_STR("Observatoire <contact@example.org>"),
                     .to = BO_STR("alice@example.org"),
                     .subject = BO_STR("Bonjour"),
                     .text = BO_STR("Un\nDeux\n"),
                     .id = BO_STR("7"),
                     .date_ms = 1795467654000};
}

START_TEST(a_mail_has_a_head_and_lines) {
    bo_mail mail = plain();
    ck_assert_str_eq(written(&mail), "Date: Mon, 23 Nov 2026 21:00:54 +0000\r\n"
                                     "From: Observatoire <contact@example.org>\r\n"
                                     "To: alice@example.org\r\n"
                                     "Subject: Bonjour\r\n"
                                     "Message-ID: <7@example.org>\r\n"
                                     "Auto-Submitted: auto-generated\r\n"
                                     "MIME-Version: 1.0\r\n"
                                     "Content-Type: text/plain; charset=utf-8\r\n"
                                     "Content-Transfer-Encoding: quoted-printable\r\n"
                                     "\r\n"
                                     "Un\r\nDeux\r\n");
    mail.from = BO_STR("contact@example.org");
    ck_assert_ptr_nonnull(strstr(written(&mail), "\r\nFrom: contact@example.org\r\n"));
    mail.from = BO_STR("Été <contact@example.org>");
    ck_assert_ptr_nonnull(
        strstr(written(&mail), "\r\nFrom: =?utf-8?Q?=C3=89t=C3=A9?= <contact@example.org>\r\n"));
}
END_TEST

/* Every line is of at most 76 characters (RFC 2045), or 75 in an encoded word (RFC 2047). */
static void lines_are_short(const char *text) {
    size_t length = 0;
    for (const char *c = text; *c != '\0'; c++) {
        ck_assert_int_lt((unsigned char)*c, 0x80);
        length = *c == '\n' ? 0 : length + (*c != '\r');
        ck_assert_uint_le(length, 78);
    }
}

START_TEST(what_is_not_ascii_is_encoded) {
    bo_mail mail = plain();
    mail.subject = BO_STR(
        "Été = à la médiathèque, où l'on réfléchit : « les communs », encore et toujours, même à Noël");
    mail.text = BO_STR("a=b\nfin de ligne \nété\n" /* 100 times x */
                       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                       "xxxxxxxxxxxxxxx\n"
                       ".\n");
    const char *text = written(&mail);
    lines_are_short(text);
    ck_assert_ptr_nonnull(strstr(text, "\r\nSubject: =?utf-8?Q?=C3=89t=C3=A9=20=3D=20"));
    ck_assert_ptr_nonnull(strstr(text, "?=\r\n =?utf-8?Q?"));
    ck_assert_ptr_nonnull(strstr(text, "\r\n\r\na=3Db\r\nfin de ligne=20\r\n=C3=A9t=C3=A9\r\nxxxx"));
    ck_assert_ptr_nonnull(strstr(text, "xxx=\r\nxxx"));
    ck_assert_ptr_nonnull(strstr(text, "\r\n.\r\n")); /* curl doubles it on the wire */
}
END_TEST

START_TEST(nothing_can_be_put_into_its_head) {
    bo_text text;
    for (int i = 0; i < 4; i++) {
        bo_mail mail = plain();
        bo_str *fields[] = {&mail.from, &mail.to, &mail.subject, &mail.id};
        *fields[i] = BO_STR("a@example.org\r\nBcc: all@example.org");
        bo_text_init(&text, 0);
        ck_assert_int_eq(bo_mail_write(&text, &mail), BO_INVALID);
        bo_text_done(&text);
    }
}
END_TEST

Suite *test_mail(void) {
    Suite *suite = suite_create("mail");
    TCase *all = tcase_create("all");
    tcase_add_test(all, a_mail_has_a_head_and_lines);
    tcase_add_test(all, what_is_not_ascii_is_encoded);
    tcase_add_test(all, nothing_can_be_put_into_its_head);
    suite_add_tcase(suite, all);
    return suite;
}
