/**
 * Letters to people: {@code MailVerticle} takes those that wait in PostgreSQL and are due, makes their links, fills the
 * templates and hands them to the SMTP server. Whoever wants one sent asks persistence ({@code MailApi}).
 *
 * <p>Thread: the verticle's. Who may call in: nobody. It must not know: HTTP, sockets, Redis.
 */
package io.fastroom.mail;
